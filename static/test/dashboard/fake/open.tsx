import { createMemoryHistory } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { App } from "../../../src/dashboard/App.js";
import { newQueryClient } from "../../../src/dashboard/api/query.js";
import { newRouter } from "../../../src/dashboard/router.js";
import { leaveWhenSignedOut } from "../../../src/dashboard/session/over.js";
import { chooseSandbox } from "../../../src/dashboard/session/sandbox.js";
import { FakeV2 } from "./server.js";
import { FakeSockets } from "./socket.js";

/** The whole dashboard at an address below `/app`, on a fake server; `prepare` sets its rows and handlers. */
export function open(path: string, prepare: (server: FakeV2) => void = () => undefined) {
  const server = new FakeV2().install();
  const sockets = new FakeSockets().install();
  chooseSandbox(false);
  prepare(server);
  const queries = newQueryClient();
  queries.setDefaultOptions({ queries: { ...queries.getDefaultOptions().queries, retry: false } });
  const router = newRouter(queries, { history: createMemoryHistory({ initialEntries: [`/app${path}`] }) });
  leaveWhenSignedOut(router);
  const user = userEvent.setup();
  const view = render(<App queries={queries} router={router} />);
  return { server, sockets, queries, router, user, view };
}
