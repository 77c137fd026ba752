import { type Answer, type Refusal, unnamedWait } from "./api.js";
import { fullJitter } from "./backoff.js";
import type { Outgoing } from "./outbox.js";
import type { StartRequest } from "./wire.js";
import type { Visitor } from "./visitor.js";
import type { Timer, World } from "./world.js";

/** What a starter needs and tells. */
export interface StarterEvents {
  start(request: StartRequest): Promise<Answer<{ auto_reply: string | null; conversation_token?: string }>>;
  /** The conversation is there. */
  began(request: StartRequest): void;
  /** Another tab began it with the same token: this message belongs into that conversation. */
  joined(request: StartRequest): void;
  /** What was typed cannot be taken; the server's sentence says why. */
  declined(error: string): void;
  refused(): void;
  changed(): void;
}

/** What the server says of visitors who should sign in. Any other 401 is about the site key. */
const aboutIdentity = ["Please sign in to chat", "Identity could not be verified"];

/** Begins a conversation and does not let go before the server answered, reloads included. */
export class Starter {
  readonly #world: World;
  readonly #visitor: Visitor;
  readonly #events: StarterEvents;
  #timer: Timer = null;
  #failures = 0;
  /** How often a beginning that lacks a signature is tried again. */
  #unsignedTries = 0;
  #request: StartRequest | null = null;
  /** When the next attempt is made, if the server asked to wait. */
  retryAt: number | null = null;

  constructor(world: World, visitor: Visitor, events: StarterEvents) {
    this.#world = world;
    this.#visitor = visitor;
    this.#events = events;
    this.#request = visitor.talking ? null : visitor.beginning;
  }

  /** What is being begun at the moment. */
  get pending(): StartRequest | null {
    return this.#request;
  }

  /** The first message, as it is shown while it begins the conversation. */
  get outgoing(): Outgoing | null {
    if (!this.#request) return null;
    const { client_id, message } = this.#request;
    const entry: Outgoing = { client_id, message, created: this.#world.now(), files: [], filenames: [], delivery: "sending" };
    return this.retryAt === null ? entry : { ...entry, delivery: "limited", retryAt: this.retryAt };
  }

  begin(request: StartRequest): void {
    this.#request = request;
    this.#visitor.beginning = request;
    this.#failures = 0;
    this.#unsignedTries = 0;
    void this.#attempt(request);
  }

  /** Goes on with what a reload interrupted. */
  resume(): void {
    // After a reload the page may be about to say who the visitor is.
    this.#unsignedTries = 4;
    if (this.#request) void this.#attempt(this.#request);
  }

  stop(): void {
    this.#request = null;
    this.#world.clearTimeout(this.#timer);
  }

  async #attempt(request: StartRequest): Promise<void> {
    this.#world.clearTimeout(this.#timer);
    this.retryAt = null;
    this.#events.changed();
    const answer = await this.#events.start(request);
    if (this.#request !== request) return;
    if (answer.ok) {
      this.#request = null;
      this.#visitor.began(answer.value.auto_reply ?? null, answer.value.conversation_token ?? null);
      this.#events.began(request);
    } else if (answer.status === 409) {
      this.#taken(request);
    } else {
      this.#failed(request, answer);
    }
  }

  /** The token has a conversation that began otherwise: another tab's, or nobody's we know. */
  #taken(request: StartRequest): void {
    if (this.#visitor.talking) {
      this.#request = null;
      this.#visitor.beginning = null;
      this.#events.joined(request);
    } else {
      this.begin({ ...request, visitor_token: this.#visitor.renew() });
    }
  }

  #failed(request: StartRequest, { status, error, wait }: Refusal): void {
    const unsigned = status === 401 && aboutIdentity.includes(error);
    const early = unsigned && this.#unsignedTries-- > 0;
    if (status === 403 || (status === 401 && !unsigned)) return this.#events.refused();
    if (status >= 400 && status < 500 && status !== 408 && status !== 429 && !early) {
      this.#request = null;
      this.#visitor.beginning = null;
      return this.#events.declined(error);
    }
    const pause = Math.max(wait, status === 429 ? unnamedWait : fullJitter(this.#failures++, this.#world.random));
    if (status === 429) this.retryAt = this.#world.now() + pause;
    this.#timer = this.#world.setTimeout(() => void this.#attempt(request), pause);
    this.#events.changed();
  }
}
