import type { Article, ClientFrame, Config, RemoteConversation, ServerFrame, StartRequest } from "../../src/shared/wire.js";
import type { SocketLike, World } from "../../src/shared/world.js";
import type { FakeClock } from "./clock.js";
import { type Entry, FakeConversation, receiptOf } from "./conversation.js";
import { FakeSocket } from "./socket.js";
import type { FakeStorage } from "./storage.js";

/** A call as the server saw it. */
export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  siteKey: string | null;
  body: Record<string, unknown>;
  files: File[];
}

/** What a test wants to go wrong. */
export interface Faults {
  /** Nothing answers at all. */
  down: boolean;
  /** Sockets cannot be opened, as behind some company proxies. */
  socketsBlocked: boolean;
  /** Stored, but the acknowledgement never arrives. */
  loseAcks: boolean;
  /** Stored, but the HTTP answer never arrives. */
  loseAnswers: boolean;
  /** Sockets take frames and never answer: a half-open line. */
  mute: boolean;
  /** Which shares of an upload go out, one for each delay; it hangs after the last unless that is 1. */
  shares: number[];
  /** The next answers by method and path end, before the true one. */
  refusals: { on: string; status: number; error?: string; retryAfter?: number }[];
  /** How long a frame or an answer takes, in milliseconds. */
  delay: () => number;
  /** How often a frame is delivered: 0 loses it, 2 doubles it. */
  copies: (frame: ServerFrame) => number;
}

/** The chat surface as the contract describes it, in memory and on a fake clock. */
export class FakeServer {
  readonly conversations = new Map<string, FakeConversation>();
  readonly calls: Call[] = [];
  readonly sockets: FakeSocket[] = [];
  readonly frames: ClientFrame[] = [];
  /** How often a socket was asked for, blocked ones included. */
  opened = 0;
  config: Config = { greeting: "Hi there! How can we help?" };
  autoReply: string | null = "Thanks for reaching out! We'll get back to you soon.";
  /** What the identified visitor has, on whichever device. */
  remote: RemoteConversation[] = [];
  articles: Article[] = [];
  /** Whether somebody of the team is there, as a welcome tells it. */
  online: boolean | null = null;
  faults: Faults = {
    down: false,
    socketsBlocked: false,
    loseAcks: false,
    loseAnswers: false,
    mute: false,
    shares: [1],
    refusals: [],
    delay: () => 5,
    copies: () => 1,
  };

  constructor(readonly clock: FakeClock) {}

  /** The world of one frame that talks to this server. */
  world(storage: FakeStorage, random: () => number): World {
    return {
      now: this.clock.now,
      setTimeout: this.clock.setTimeout,
      clearTimeout: this.clock.clearTimeout,
      random,
      bytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(random() * 256)),
      fetch: (url, init) => this.#fetch(url, init),
      upload: (url, init, sent) => this.#upload(url, init, sent),
      openSocket: () => this.#open(),
      storage: () => storage,
      files: () => storage.files,
    };
  }

  /** The only conversation there is. */
  get conversation(): FakeConversation {
    const [only] = this.conversations.values();
    if (!only) throw new Error("no conversation was begun");
    return only;
  }

  /** A conversation that began on another device. */
  begin(token: string, body: string): void {
    const conversation = new FakeConversation("elsewhere", "Jane");
    this.conversations.set(token, conversation);
    this.#post(conversation, { direction: "inbound", body, author: "Jane" });
  }

  /** The team writes. */
  say(body: string, conversation = this.conversation): void {
    this.#post(conversation, { direction: "outbound", body, author: "Sarah" });
  }

  /** Sends a frame to every socket of a conversation. */
  tell(frame: ServerFrame, conversation = this.conversation): void {
    for (const socket of this.#socketsOf(conversation)) socket.deliver(frame);
  }

  /** Reads after each socket's cursor, as the server does every few seconds: a lost doorbell costs a delay. */
  sweep(): void {
    for (const socket of this.sockets) {
      for (const message of socket.conversation?.messages.slice(socket.cursor) ?? []) socket.deliver({ type: "message", message });
    }
  }

  /** Every line breaks, as when the program is killed. */
  kill(code = 1006): void {
    for (const socket of [...this.sockets]) socket.end(code);
  }

  /** The calls whose path ends so. */
  callsTo(end: string, method?: string): Call[] {
    return this.calls.filter((call) => call.path.endsWith(end) && (method ?? call.method) === call.method);
  }

  receive(socket: FakeSocket, frame: ClientFrame): void {
    this.frames.push(frame);
    if (this.faults.mute) return;
    if (frame.type === "hello") this.#hello(socket, frame.visitor_token, frame.after);
    else if (frame.type === "ping") socket.deliver({ type: "pong" });
    else if (frame.type === "read" && socket.conversation) socket.conversation.read = frame.seq;
    else if (frame.type === "send" && socket.conversation) this.#send(socket, frame);
  }

  #open(): SocketLike {
    this.opened++;
    const socket = new FakeSocket(this);
    const blocked = this.faults.down || this.faults.socketsBlocked;
    this.clock.setTimeout(() => (blocked ? socket.end(1006) : socket.open()), this.faults.delay());
    return socket;
  }

  #hello(socket: FakeSocket, token: string, after: number): void {
    const conversation = this.conversations.get(token);
    if (!conversation) return socket.end(4404);
    socket.conversation = conversation;
    socket.cursor = after;
    const { status, messages, survey, agentRead: read } = conversation;
    const { online } = this;
    socket.deliver({ type: "welcome", seq: messages.length, status, heartbeat: 25, online, read, survey });
    for (const message of messages.slice(after)) socket.deliver({ type: "message", message });
  }

  #send(socket: FakeSocket, { client_id, message }: { client_id: string; message: string }): void {
    const refusal = this.#refusal("socket");
    if (refusal) return socket.deliver({ type: "error", error: refusal.error ?? "", client_id });
    const conversation = socket.conversation as FakeConversation;
    const entry: Entry = { direction: "inbound", body: message, author: conversation.visitor, client_id };
    const stored = this.#post(conversation, entry);
    if (!this.faults.loseAcks) socket.deliver({ type: "ack", client_id, ...receiptOf(stored) });
  }

  #post(conversation: FakeConversation, entry: Entry) {
    const { message, fresh } = conversation.post(entry, this.clock.now());
    if (fresh) this.tell({ type: "message", message }, conversation);
    return message;
  }

  #socketsOf(conversation: FakeConversation): FakeSocket[] {
    return this.sockets.filter((socket) => socket.conversation === conversation);
  }

  #fetch(url: string, init: RequestInit): Promise<Response> {
    const call = readCall(url, init);
    return new Promise((resolve, reject) => {
      const fail = () => reject(new TypeError("Failed to fetch"));
      init.signal?.addEventListener("abort", fail);
      this.clock.setTimeout(() => {
        if (this.faults.down) return fail();
        this.calls.push(call);
        const response = this.#answer(call);
        this.clock.setTimeout(() => (this.faults.loseAnswers ? fail() : resolve(response)), this.faults.delay());
      }, this.faults.delay());
    });
  }

  /** Files on their way, as far as the faults let them come; called back by the signal. */
  async #upload(url: string, init: RequestInit, sent: (share: number) => void): Promise<Response> {
    const calledBack = new Promise<never>((_, reject) => {
      init.signal?.addEventListener("abort", () => reject(new TypeError("Failed to send")));
    });
    const goOut = async () => {
      for (const share of this.faults.shares) {
        await new Promise<void>((resolve) => this.clock.setTimeout(resolve, this.faults.delay()));
        if (init.signal?.aborted) return calledBack;
        sent(share);
      }
      return this.faults.shares.at(-1) === 1 ? this.#fetch(url, init) : calledBack;
    };
    return Promise.race([goOut(), calledBack]);
  }

  #answer(call: Call): Response {
    const refusal = this.#refusal(`${call.method} ${call.path}`);
    if (refusal) {
      const headers = refusal.retryAfter === undefined ? undefined : { "Retry-After": String(refusal.retryAfter) };
      return reply(refusal.status, { error: refusal.error ?? "No" }, headers);
    }
    if (call.path.endsWith("/config")) return reply(200, this.config);
    if (call.path.endsWith("/conversations")) return this.#start(call.body as unknown as StartRequest);
    if (call.path.endsWith("/identify")) return reply(200, { contact: { id: "cnt_7", name: "Jane" }, conversations: this.remote });
    if (call.path.endsWith("/articles")) return reply(200, { articles: this.articles, has_more: false });
    if (call.path.includes("/articles/")) return reply(200, this.articles.find(({ id }) => call.path.endsWith(`/${id}`)));
    return this.#inConversation(call);
  }

  #start({ visitor_token, client_id, name, message }: StartRequest): Response {
    const known = this.conversations.get(visitor_token);
    if (known && known.begunBy !== client_id) {
      return reply(409, { error: "A conversation with this visitor token already exists" });
    }
    const conversation = known ?? new FakeConversation(client_id, name);
    this.conversations.set(visitor_token, conversation);
    this.#post(conversation, { direction: "inbound", body: message, author: name, client_id });
    return reply(201, { conversation_token: `conversation-${this.conversations.size}`, auto_reply: this.autoReply });
  }

  #inConversation({ method, path, query, body, files }: Call): Response {
    const [token = "", act = ""] = path.split("/").slice(-2);
    const conversation = this.conversations.get(decodeURIComponent(token));
    if (!conversation) return reply(404, { error: "Conversation not found" });
    if (act === "messages" && method === "GET") return reply(200, conversation.after(Number(query.get("after"))));
    if (act === "read") conversation.read = Number(body["seq"]);
    if (act === "rating") conversation.ratings.push(Number(body["score"]));
    if (act !== "messages") return reply(200, {});
    const attachments = files.map((file, i) => describe(file, i));
    const text = String(body["message"]);
    const entry: Entry = { direction: "inbound", body: text, author: conversation.visitor, client_id: String(body["client_id"]), attachments };
    return reply(201, { status: "ok", ...receiptOf(this.#post(conversation, entry)) });
  }

  #refusal(act: string): Faults["refusals"][number] | undefined {
    const index = this.faults.refusals.findIndex(({ on }) => act.endsWith(on));
    return index < 0 ? undefined : this.faults.refusals.splice(index, 1)[0];
  }
}

function readCall(url: string, init: RequestInit): Call {
  const { pathname, searchParams } = new URL(url);
  const form = init.body instanceof FormData ? init.body : null;
  const fields = form ? Object.fromEntries([...form].filter(([, part]) => typeof part === "string")) : null;
  return {
    method: init.method ?? "GET",
    path: pathname,
    query: searchParams,
    siteKey: new Headers(init.headers).get("X-Site-Key"),
    body: fields ?? JSON.parse(typeof init.body === "string" ? init.body : "{}"),
    files: (form?.getAll("files") ?? []) as File[],
  };
}

function describe(file: File, index: number) {
  return { id: index + 1, filename: file.name, content_type: file.type, size: file.size, url: `files/1/${index + 1}` };
}

const reply = (status: number, body: unknown, headers?: HeadersInit): Response =>
  new Response(JSON.stringify(body), { status, ...(headers ? { headers } : {}) });
