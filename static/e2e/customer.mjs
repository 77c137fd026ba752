// A customer's page, of another site than the program: what it says, and with which policy.
import { once } from "node:events";
import { createServer } from "node:http";

/** A document of a shop, in which this stands. */
export const shop = (html, { title = "A shop", language = "en", head = "" } = {}) =>
  `<!doctype html><html lang="${language}"><head><title>${title}</title>${head}</head><body><main><h1>${title}</h1></main>${html}</body></html>`;

/** Serves one page under a name that browsers take for another site than `localhost`. */
export const customer = (html, headers = {}) => site(() => shop(html), headers);

/** The same for a whole site: each path's page, or script where the path says so. */
export async function site(pageAt, headers = {}) {
  const server = createServer(({ url }, response) => {
    const type = url.endsWith(".js") ? "text/javascript" : "text/html";
    response.writeHead(200, { "Content-Type": `${type}; charset=utf-8`, ...headers });
    response.end(pageAt(url));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `http://127.0.0.1:${server.address().port}/`,
    remove: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
