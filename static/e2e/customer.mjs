// A customer's page, of another site than the program: what it says, and with which policy.
import { once } from "node:events";
import { createServer } from "node:http";

/** Serves one page under a name that browsers take for another site than `localhost`. */
export async function customer(html, headers = {}) {
  const server = createServer((_, response) => {
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8", ...headers });
    response.end(`<!doctype html><html lang="en"><head><title>A shop</title></head><body><main><h1>A shop</h1></main>${html}</body></html>`);
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
