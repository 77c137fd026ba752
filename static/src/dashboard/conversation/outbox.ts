import { fullJitter } from "../../shared/backoff.js";
import { onceKey, type Schemas } from "../api/client.js";
import { ApiError } from "../api/errors.js";
import { Store } from "../live/store.js";

type Attachment = Schemas["Attachment"];
type Message = Schemas["Message"];

/** What somebody wrote and the server has not confirmed. `key` makes sending it again harmless. */
export interface Outgoing {
  key: string;
  conversation: string;
  content: string;
  internal: boolean;
  attachments: Attachment[];
  at: string;
  /** `waiting` is tried again by itself; `refused` is for the person to decide. */
  state: "sending" | "waiting" | "refused";
  error?: string;
}

/** What somebody asks to be sent. */
export type Written = Pick<Outgoing, "conversation" | "content" | "internal" | "attachments">;

interface World {
  /** Names whose outbox it is: nothing of one account or user is sent as another. */
  scope: string;
  post: (entry: Outgoing) => Promise<Message>;
  /** Told when the server has it. */
  sent: (message: Message) => void;
  say: (error: ApiError) => string;
  /** Says that something lay here too long to be sent unasked. */
  sayOld: () => string;
}

const prefix = "parley.outbox.";
const longestWait = 20_000;
/** The server knows a key for 24 hours; after that, what may have arrived would arrive a second time. */
const keyLasts = 23 * 3_600_000;

const tooOld = (entry: Outgoing): boolean => Date.now() - Date.parse(entry.at) > keyLasts;

/**
 * What is on its way. Every entry lies in the browser's storage from the moment it is written until the
 * server has confirmed it, so that neither a lost connection nor a closed tab loses a word; and each goes
 * out under a key of its own, so that no try, in this tab or another, sends it twice. Of one conversation
 * one goes after the other.
 */
export class Outbox {
  readonly entries = new Store<readonly Outgoing[]>([]);
  readonly #world: World;
  readonly #busy = new Set<string>();
  #attempt = 0;
  #closed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(world: World) {
    this.#world = world;
    this.entries.set(this.#kept());
  }

  send(written: Written): void {
    this.#put({ ...written, key: onceKey(), at: new Date().toISOString(), state: "sending" });
    void this.#work(written.conversation);
  }

  /** Tries everything again that waits: the line is back. */
  flush(): void {
    clearTimeout(this.#timer);
    for (const conversation of new Set(this.entries.get().map((entry) => entry.conversation))) void this.#work(conversation);
  }

  retry(key: string): void {
    const entry = this.#find(key);
    if (!entry) return;
    this.#put({ ...entry, state: "sending", at: tooOld(entry) ? new Date().toISOString() : entry.at });
    void this.#work(entry.conversation);
  }

  /** Takes an entry out, and gives it back: to write it anew. */
  discard(key: string): Outgoing | undefined {
    const entry = this.#find(key);
    this.#remove(key);
    return entry;
  }

  /** Begins anew after an end: a provider may be taken down and put up again. */
  open(): void {
    this.#closed = false;
  }

  /** The end: whoever is here next does not send it. What is kept waits for its writer. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #find(key: string): Outgoing | undefined {
    return this.entries.get().find((entry) => entry.key === key);
  }

  async #work(conversation: string): Promise<void> {
    if (this.#closed || this.#busy.has(conversation)) return;
    this.#busy.add(conversation);
    try {
      for (let next = this.#next(conversation); next; next = this.#next(conversation)) {
        if (!(await this.#try(next)) || this.#closed) break;
      }
    } finally {
      this.#busy.delete(conversation);
    }
  }

  #next(conversation: string): Outgoing | undefined {
    return this.entries.get().find((entry) => entry.conversation === conversation && entry.state !== "refused");
  }

  /** Tries one; false if it, and what follows it, must wait. */
  async #try(entry: Outgoing): Promise<boolean> {
    if (tooOld(entry)) {
      this.#put({ ...entry, state: "refused", error: this.#world.sayOld() });
      return true;
    }
    try {
      const message = await this.#world.post(entry);
      this.#attempt = 0;
      this.#world.sent(message);
      this.#remove(entry.key);
      return true;
    } catch (error) {
      const failure = error instanceof ApiError ? error : new ApiError({ code: 500, kind: "internal_error", message: "" });
      // Of conflicts only one passes: the first try is still running. A blocked contact stays blocked.
      const waits = failure.passing || failure.code === 401 || (failure.code === 409 && failure.field === "Idempotency-Key");
      if (!this.#find(entry.key)) return true;
      this.#put({ ...entry, state: waits ? "waiting" : "refused", error: this.#world.say(failure) });
      if (waits) this.#later(failure.retryAfter);
      return !waits;
    }
  }

  #later(seconds: number | null): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    this.#timer = setTimeout(() => this.flush(), seconds === null ? fullJitter(this.#attempt++, Math.random, longestWait) : seconds * 1000);
  }

  #put(entry: Outgoing): void {
    const all = this.entries.get();
    const at = all.findIndex(({ key }) => key === entry.key);
    this.entries.set(at < 0 ? [...all, entry] : all.with(at, entry));
    store(() => localStorage.setItem(this.#place(entry.key), JSON.stringify(entry)));
  }

  #remove(key: string): void {
    this.entries.set(this.entries.get().filter((entry) => entry.key !== key));
    store(() => localStorage.removeItem(this.#place(key)));
  }

  #place(key: string): string {
    return `${prefix}${this.#world.scope}.${key}`;
  }

  #kept(): Outgoing[] {
    const names: string[] = [];
    store(() => {
      for (let i = 0; i < localStorage.length; i++) names.push(localStorage.key(i) ?? "");
    });
    const found: Outgoing[] = [];
    for (const name of names.filter((each) => each.startsWith(`${prefix}${this.#world.scope}.`))) {
      // One by one: what is broken must not hide what is whole.
      store(() => {
        const entry = JSON.parse(localStorage.getItem(name) ?? "null") as Outgoing | null;
        if (entry?.key && entry.conversation) found.push(entry.state === "sending" ? { ...entry, state: "waiting" } : entry);
      });
    }
    return found.sort((a, b) => (a.at < b.at ? -1 : 1));
  }
}

/** Storage that is full or forbidden must not keep anybody from writing. */
function store(act: () => void): void {
  try {
    act();
  } catch {
    // Kept in memory only, then.
  }
}
