import { vi } from "vitest";
import type { Schemas } from "../../../src/dashboard/api/client.js";
import { account, conversation, me, page, user } from "./rows.js";

/** What a handler is given of a request. */
export interface Asked {
  method: string;
  path: string;
  params: Record<string, string>;
  query: URLSearchParams;
  body: unknown;
  headers: Headers;
}

type Handler = (asked: Asked) => unknown;

/** An answer that is a failure, in the surface's shape. */
export class Refusal {
  constructor(
    readonly code: number,
    readonly error: string,
    readonly message = "No",
    readonly details: Record<string, unknown> = {},
  ) {}
}

interface Route {
  method: string;
  pattern: RegExp;
  names: string[];
  handler: Handler;
}

/**
 * A `/v2` in memory: rows that calls read and change, and handlers that a test may put in place of any
 * (`server.on("GET /v2/users", () => …)`; the last one set counts). Returning a `Refusal` refuses,
 * `undefined` is a 204. `server.calls` is what was asked, for tests that count.
 */
export class FakeV2 {
  readonly calls: Asked[] = [];
  /** Whether the line is cut: calls fail as without a network. */
  offline = false;
  me: Schemas["Me"] | null = me();
  users: Schemas["User"][] = [user()];
  conversations: Schemas["Conversation"][] = [];
  messages: Schemas["Message"][] = [];
  #routes: Route[] = [];

  constructor() {
    this.on("GET /v2/me", () => this.me ?? new Refusal(401, "unauthorized"));
    this.on("GET /v2/account", () => account());
    this.on("GET /v2/users", () => page(this.users));
    for (const list of ["labels", "canned", "sites", "keys", "webhooks", "channels", "contacts", "knowledge"]) this.on(`GET /v2/${list}`, () => page([]));
    this.on("GET /v2/auth/methods", () => ({ password: true, oidc: false, mail: true }));
  }

  /** Puts a handler at an address: `GET /v2/conversation/:id`. */
  on(route: string, handler: Handler): void {
    const [method = "", path = ""] = route.split(" ");
    const names: string[] = [];
    const pattern = new RegExp(`^${path.replace(/:(\w+)/g, (_, name: string) => (names.push(name), "([^/]+)"))}$`);
    this.#routes.unshift({ method, pattern, names, handler });
  }

  /** How often something was asked: `GET /v2/me`. */
  asked(route: string): Asked[] {
    const [method, path = ""] = route.split(" ");
    const pattern = new RegExp(`^${path.replace(/:\w+/g, "[^/]+")}$`);
    return this.calls.filter((call) => call.method === method && pattern.test(call.path));
  }

  /** Takes the place of the browser's `fetch`. */
  install(): this {
    vi.stubGlobal("fetch", (input: RequestInfo, init?: RequestInit) => this.#fetch(new Request(input, init)));
    return this;
  }

  async #fetch(request: Request): Promise<Response> {
    await Promise.resolve();
    if (request.signal.aborted) throw new DOMException("Aborted", "AbortError");
    if (this.offline) throw new TypeError("Failed to fetch");
    const url = new URL(request.url, "http://localhost");
    const text = await request.text();
    const body: unknown = text && request.headers.get("Content-Type")?.includes("json") ? JSON.parse(text) : text;
    const asked: Asked = { method: request.method, path: url.pathname, params: {}, query: url.searchParams, body, headers: request.headers };
    this.calls.push(asked);
    for (const { method, pattern, names, handler } of this.#routes) {
      const match = method === asked.method ? pattern.exec(asked.path) : null;
      if (!match) continue;
      names.forEach((name, i) => (asked.params[name] = decodeURIComponent(match[i + 1] ?? "")));
      return reply(await handler(asked));
    }
    return reply(new Refusal(404, "not_found", `The fake has no ${asked.method} ${asked.path}`));
  }
}

function reply(result: unknown): Response {
  if (result instanceof Response) return result;
  if (result === undefined) return new Response(null, { status: 204 });
  const headers = { "Content-Type": "application/json" };
  if (!(result instanceof Refusal)) return new Response(JSON.stringify(result), { status: 200, headers });
  const { code, error, message, details } = result;
  return new Response(JSON.stringify({ error, message, code, details, request_id: "req_1", timestamp: "2026-01-25T14:20:00.000000Z" }), { status: code, headers });
}

export { conversation };
