import type { Message } from "./wire.js";

/** What became of a message that was offered to the timeline. */
export type Fate = "new" | "seen" | "gap";

/**
 * The stored messages of a conversation, each once, in order. It takes only the next one: what was
 * seen is dropped, and what would leave a hole is refused, so that the caller asks again from here.
 */
export class Timeline {
  #messages: Message[] = [];
  readonly #clientIds = new Set<string>();

  get messages(): readonly Message[] {
    return this.#messages;
  }

  /** The last sequence number before which nothing is missing. */
  get cursor(): number {
    return this.#messages.length;
  }

  apply(message: Message): Fate {
    if (message.seq <= this.cursor) return "seen";
    if (message.seq > this.cursor + 1) return "gap";
    this.#messages.push(message);
    if (message.client_id) this.#clientIds.add(message.client_id);
    return "new";
  }

  /** Whether the visitor's message of this `client_id` is among the stored ones. */
  has(clientId: string): boolean {
    return this.#clientIds.has(clientId);
  }

  clear(): void {
    this.#messages = [];
    this.#clientIds.clear();
  }
}
