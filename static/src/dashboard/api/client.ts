import createClient, { type Middleware } from "openapi-fetch";
import { newClientId } from "../../shared/token.js";
import { inSandbox } from "../session/sandbox.js";
import { ApiError, errorOf, unreachable } from "./errors.js";
import type { components, paths } from "./schema.gen.js";

/** The shapes of `/v2`, by their names in its document. */
export type Schemas = components["schemas"];

/** Told when a call says that the session is over. */
let onSignedOut: () => void = () => undefined;
/** Sets who is told when the session is over. */
export function whenSignedOut(tell: () => void): void {
  onSignedOut = tell;
}

/** Calls whose 401 is an answer to a question, not the end of a session. */
const opensSession = /\/v2\/auth\/(login|reset|invitations\/accept|methods)/;

const middleware: Middleware = {
  onRequest({ request }) {
    if (inSandbox()) request.headers.set("X-Sandbox", "1");
    return request;
  },
  async onResponse({ request, response }) {
    if (response.ok) return undefined;
    if (response.status === 401 && !opensSession.test(request.url)) onSignedOut();
    throw await errorOf(response);
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === "AbortError") return undefined;
    return error instanceof ApiError ? error : unreachable();
  },
};

/** Typed calls to `/v2`: `api.GET("/conversations", …)`. Every failure is thrown as an `ApiError`. */
export const api = createClient<paths>({
  baseUrl: `${globalThis.location?.origin ?? ""}/v2`,
  credentials: "same-origin",
  // Looked up at each call, so that tests may put another in its place.
  fetch: (request) => globalThis.fetch(request),
});
api.use(middleware);

/** What a call answered. Failures have been thrown before it comes to that. */
export async function answer<T>(call: Promise<{ data?: T }>): Promise<T> {
  return (await call).data as T;
}

/** A key under which a call may be made again without doing its work twice; `randomUUID` is not there on plain http. */
export const onceKey = (): string => newClientId((count) => crypto.getRandomValues(new Uint8Array(count)));
