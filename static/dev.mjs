// Serves the dashboard from its sources at http://localhost:5173/app, with the calls passed on to a running
// program (PARLEY, http://localhost:8080 unless set). For work on it; nothing of this is shipped.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createServer } from "vite";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const target = process.env.PARLEY ?? "http://localhost:8080";

/** Every path below /app is the same page. */
const pages = {
  name: "app-pages",
  configureServer(server) {
    server.middlewares.use(async (request, response, next) => {
      if (!/^\/app(\/|$|\?)/.test(request.url ?? "")) return next();
      const page = await server.transformIndexHtml("/dashboard/index.html", readFileSync(here("src/dashboard/index.html"), "utf8"));
      response.setHeader("Content-Type", "text/html");
      response.end(page);
    });
  },
};

const server = await createServer({
  configFile: false,
  root: here("src"),
  plugins: [pages],
  oxc: { jsx: { runtime: "automatic", importSource: "react" } },
  server: { port: Number(process.env.PORT ?? 5173), strictPort: true, proxy: { "/v2": { target, ws: true } } },
});
await server.listen();
server.printUrls();
