import { vi } from "vitest";
import type { Schemas } from "../../../src/dashboard/api/client.js";
import { account, me, message, page, user } from "./rows.js";

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
    for (const list of ["labels", "canned", "sites", "keys", "webhooks", "channels", "contacts", "knowledge", "auth/invitations"]) this.on(`GET /v2/${list}`, () => page([]));
    this.on("GET /v2/knowledge/counts", () => ({ published: 0, drafts: 0, tags: [], languages: [] }));
    this.#desk();
    this.on("GET /v2/auth/methods", () => ({ password: true, oidc: false, mail: true }));
  }

  /** Conversations and messages: read, written and changed in the rows above. */
  #desk(): void {
    const find = ({ params }: Asked) => this.conversations.find(({ id }) => id === params.id) ?? new Refusal(404, "not_found", "Conversation not found");
    const change = (asked: Asked, next: Partial<Schemas["Conversation"]>) => {
      const found = find(asked);
      return found instanceof Refusal ? found : Object.assign(found, next);
    };
    this.on("GET /v2/conversations", ({ query }) => {
      const [limit, offset] = [Number(query.get("limit") ?? 20), Number(query.get("offset") ?? 0)];
      const fits = this.conversations.filter((c) => this.#fits(c, query));
      return page(fits.slice(offset, offset + limit), limit, offset, fits.length);
    });
    this.on("GET /v2/conversations/counts", () => this.#counts());
    this.on("GET /v2/conversation/:id", find);
    this.on("PATCH /v2/conversation/:id", (asked) => change(asked, asked.body as object));
    this.on("GET /v2/conversation/:id/messages", ({ params, query }) => {
      const all = this.messages.filter((m) => m.conversation_id === params.id).reverse();
      const [limit, offset] = [Number(query.get("limit")), Number(query.get("offset"))];
      return page(all.slice(offset, offset + limit), limit, offset, all.length);
    });
    this.on("POST /v2/conversation/:id/message", ({ params, body }) => {
      const { content, internal = false } = body as { content: string; internal?: boolean };
      const made = message(this.messages.length + 100, { conversation_id: params.id ?? "", content, internal, sent_by: "user", sender: { id: user().id, name: user().name }, status: "sent", sent_at: new Date().toISOString() });
      this.messages.push(made);
      return made;
    });
    this.on("POST /v2/conversation/:id/read", (asked) => change(asked, { unread_count: 0 }));
    this.on("POST /v2/conversation/:id/resolve", (asked) => change(asked, { status: "closed", resolution_reason: (asked.body as Schemas["Resolution"]).resolution_reason }));
    this.on("POST /v2/conversation/:id/reopen", (asked) => change(asked, { status: "open" }));
    this.on("POST /v2/conversation/:id/archive", (asked) => change(asked, { status: "archived" }));
    this.on("POST /v2/conversation/:id/assign", (asked) => {
      const { assigned_to: to } = asked.body as { assigned_to: string | null };
      const found = this.users.find(({ id }) => id === to);
      return change(asked, { assigned_to: found ? { id: found.id, name: found.name } : null });
    });
    this.on("POST /v2/conversation/:id/label", (asked) => {
      const { labels, action } = asked.body as Schemas["LabelChange"];
      const found = find(asked);
      if (found instanceof Refusal) return found;
      return Object.assign(found, { labels: action === "add" ? [...found.labels, ...labels] : found.labels.filter((name) => !labels.includes(name)) });
    });
    this.on("GET /v2/contact/:id", () => new Refusal(404, "not_found"));
    this.on("GET /v2/contact/:id/conversations", () => page([]));
  }

  #counts(): Schemas["ConversationCounts"] {
    const count = (query: string) => this.conversations.filter((c) => this.#fits(c, new URLSearchParams(query))).length;
    const labels = new Map(this.conversations.filter((c) => c.status === "open").flatMap((c) => c.labels.map((name) => [name, count(`status=open&label=${name}`)])));
    return {
      open: count("status=open"),
      mine: count("status=open&assigned_to=me"),
      unassigned: count("status=open&assigned_to=none"),
      mentions: 0,
      unread: this.conversations.filter((c) => c.status === "open" && c.unread_count > 0 && !c.assistant_active && [undefined, this.me?.user.id].includes(c.assigned_to?.id)).length,
      closed: count("status=closed"),
      archived: count("status=archived"),
      labels: [...labels].map(([name, n]) => ({ name, count: n })),
      channels: [],
      sites: [],
    };
  }

  #fits(c: Schemas["Conversation"], query: URLSearchParams): boolean {
    const [status, owner, label, text] = ["status", "assigned_to", "label", "search"].map((name) => query.get(name));
    if (status && status !== "all" && c.status !== status) return false;
    if (owner === "none" && c.assigned_to) return false;
    if (owner === "me" && c.assigned_to?.id !== this.me?.user.id) return false;
    if (label && !c.labels.includes(label)) return false;
    return !text || `${c.contact.full_name} ${c.last_message_preview}`.toLowerCase().includes(text.toLowerCase());
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
    // A fixed address comes before one with an id in its place.
    for (const { method, pattern, names, handler } of this.#routes.toSorted((a, b) => a.names.length - b.names.length)) {
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
