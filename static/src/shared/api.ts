import type {
  Article,
  ArticleEntry,
  Config,
  Identified,
  IdentifyRequest,
  Message,
  Page,
  Proof,
  PushSubscriptionKeys,
  Receipt,
  StartRequest,
} from "./wire.js";
import type { World } from "./world.js";

/** How a call ended: with an answer, with a refusal, or not at all (`status` 0). */
export type Answer<T> = { ok: true; value: T } | Refusal;

/** A call that brought nothing. `status` 0 means that no answer came. */
export interface Refusal {
  ok: false;
  status: number;
  /** The server's sentence, empty if there was none. */
  error: string;
  /** How long the server asks to wait, in milliseconds; 0 if it does not. */
  wait: number;
}

/** How an act ended for whoever asked for it. `retryAt` is a moment in milliseconds since the epoch. */
export type Outcome = { ok: true } | { ok: false; status: number; error: string; retryAt: number | null };

/** The answer to an act, without what it brought. */
export function outcomeOf(answer: Answer<unknown>, now: number): Outcome {
  if (answer.ok) return { ok: true };
  const { status, error, wait } = answer;
  const limited = status === 429 ? now + (wait || unnamedWait) : null;
  return { ok: false, status, error, retryAt: limited };
}

/** How files are followed on their way: told how far they are, and given up by a signal. */
export interface Following {
  sent(share: number): void;
  signal: AbortSignal;
}

/** What a message consists of on its way out. */
export interface Draft {
  client_id: string;
  message: string;
  files: File[];
}

/** The wait after a refusal for too many calls that names none. */
export const unnamedWait = 5_000;
const patience = 15_000;
/** An upload takes as long as it takes, but not this long without a byte going out, in milliseconds. */
const uploadPatience = 60_000;
const root = "/api/v1/chat";

/** The chat surface over HTTP. Calls never throw: what went wrong is in the answer. */
export class Api {
  readonly #world: World;
  readonly #origin: string;
  readonly #siteKey: string;
  /** What goes with the beginning of a conversation. Held here and not in the request, which is kept over reloads. */
  proof: Proof | null = null;

  constructor(world: World, origin: string, siteKey: string) {
    this.#world = world;
    this.#origin = origin;
    this.#siteKey = siteKey;
  }

  config(): Promise<Answer<Config>> {
    return this.#call<Config>("/config", {});
  }

  start(request: StartRequest): Promise<Answer<{ conversation_token: string; auto_reply: string | null }>> {
    return this.#call("/conversations", json({ ...request, ...(this.proof && { identity: this.proof }) }));
  }

  /** The messages after a sequence number, the oldest first: the same cursor as a socket's. */
  messages(token: string, after: number): Promise<Answer<Message[]>> {
    return this.#call<Message[]>(`${conversation(token)}/messages?after=${after}`, {});
  }

  /** Who a signed identity is, and the conversations of theirs. */
  identify(request: IdentifyRequest): Promise<Answer<Identified>> {
    return this.#call("/identify", json(request));
  }

  /** Asks for a human being instead of the assistant. */
  person(token: string): Promise<Answer<unknown>> {
    return this.#act(token, "person", {});
  }

  /** Asks for the conversation by e-mail. */
  transcript(token: string): Promise<Answer<unknown>> {
    return this.#act(token, "transcript", {});
  }

  /** Tells the team which page the visitor is on. */
  page(token: string, page: Page): Promise<Answer<unknown>> {
    return this.#act(token, "page", page);
  }

  /** Wants news by web push, or no longer. */
  push(token: string, subscription: PushSubscriptionKeys, wanted: boolean): Promise<Answer<unknown>> {
    return this.#act(token, "push", subscription, wanted ? "PUT" : "DELETE");
  }

  /** The published articles that answer a question, or all of them. */
  articles(query: string, locale: string): Promise<Answer<{ articles: ArticleEntry[] }>> {
    const asked = new URLSearchParams({ ...(query && { q: query }), ...(locale && { locale }) });
    return this.#call(`/articles?${asked}`, {});
  }

  article(id: string | number): Promise<Answer<Article>> {
    return this.#call(`/articles/${encodeURIComponent(id)}`, {});
  }

  post(token: string, { client_id, message, files }: Draft, following?: Following): Promise<Answer<Receipt>> {
    const path = `${conversation(token)}/messages`;
    if (files.length === 0) return this.#call<Receipt>(path, json({ client_id, message }));
    const body = new FormData();
    body.set("client_id", client_id);
    body.set("message", message);
    for (const file of files) body.append("files", file, file.name);
    return this.#call<Receipt>(path, { method: "POST", body }, following);
  }

  read(token: string, seq: number): Promise<Answer<unknown>> {
    return this.#act(token, "read", { seq });
  }

  rate(token: string, score: number, comment: string): Promise<Answer<unknown>> {
    return this.#act(token, "rating", { score, comment });
  }

  /** The address of an attachment, for `<img>` and `<a>`, which can send no header. */
  fileAddress(token: string, url: string, disposition: "inline" | "attachment"): string {
    const query = new URLSearchParams({ site_key: this.#siteKey, disposition });
    return `${this.#origin}${root}${conversation(token)}/${url}?${query}`;
  }

  /** The socket's address. It carries neither key nor token: both go into the first frame. */
  socketAddress(): string {
    return `${this.#origin.replace(/^http/, "ws")}${root}/ws`;
  }

  #act(token: string, act: string, body: unknown, method?: string): Promise<Answer<unknown>> {
    return this.#call(`${conversation(token)}/${act}`, json(body, method));
  }

  async #call<T>(path: string, init: RequestInit, following?: Following): Promise<Answer<T>> {
    const abort = new AbortController();
    const give = () => abort.abort();
    const limit = following ? uploadPatience : patience;
    let timer = this.#world.setTimeout(give, limit);
    const sent = (share: number) => {
      this.#world.clearTimeout(timer);
      timer = this.#world.setTimeout(give, limit);
      following?.sent(share);
    };
    following?.signal.addEventListener("abort", give);
    try {
      const headers = { ...init.headers, "X-Site-Key": this.#siteKey };
      const address = `${this.#origin}${root}${path}`;
      const request = { ...init, headers, signal: abort.signal };
      const { upload } = this.#world;
      const response = await (following && upload ? upload(address, request, sent) : this.#world.fetch(address, request));
      return await readAnswer<T>(response, this.#world.now());
    } catch {
      return { ok: false, status: 0, error: "", wait: 0 };
    } finally {
      this.#world.clearTimeout(timer);
    }
  }
}

const conversation = (token: string): string => `/conversations/${encodeURIComponent(token)}`;

function json(body: unknown, method = "POST"): RequestInit {
  return { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

async function readAnswer<T>(response: Response, now: number): Promise<Answer<T>> {
  if (response.ok) return { ok: true, value: (await response.json()) as T };
  const body = (await response.json().catch(() => null)) as { error?: unknown } | null;
  const error = typeof body?.error === "string" ? body.error : "";
  return { ok: false, status: response.status, error, wait: retryAfter(response.headers, now) };
}

/** `Retry-After` in milliseconds: seconds, or a date (RFC 9110 §10.2.3). */
export function retryAfter(headers: Headers, now: number): number {
  const text = headers.get("Retry-After") ?? "";
  const wait = Number(text) * 1000 || Date.parse(text) - now;
  return wait > 0 ? wait : 0;
}
