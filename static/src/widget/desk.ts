import type { Outcome } from "../shared/api.js";
import type { Client } from "../shared/client.js";
import type { Status } from "../shared/wire.js";

/** A conversation of this visitor, as the list shows it. */
export interface Talk {
  id: string;
  preview: string;
  /** Who spoke last; empty for the visitor. */
  author: string;
  /** When, in milliseconds; null before anything was said. */
  at: number | null;
  unread: number;
  status: Status;
  current: boolean;
}

/** What the views ask of the client beyond the conversation that is open: one seam, so that tests can be it. */
export interface Desk {
  /** Whether the assistant answers in the open conversation. */
  assistantActive(): boolean;
  /** Whether the visitor was shut out of it. */
  blocked(): boolean;
  talks(): Talk[];
  choose(id: string): void;
  /** Begins a new conversation: the form is next. */
  fresh(): void;
  person(): Promise<Outcome>;
  transcript(): Promise<Outcome>;
  /** Stores a push subscription of this browser, or forgets it. */
  push(subscription: PushSubscriptionJSON, wanted: boolean): Promise<Outcome>;
}

/** The desk of a true client. */
export function deskOf(client: Client): Desk {
  const failed: Outcome = { ok: false, status: 0, error: "", retryAt: null };
  return {
    assistantActive: () => false,
    blocked: () => false,
    talks: () => {
      const { phase, messages, unread, status } = client.snapshot();
      const last = messages.at(-1);
      if (phase !== "talking") return [];
      const author = last?.direction === "outbound" ? last.author : "";
      return [{ id: "", preview: last?.body ?? "", author, at: last ? Date.parse(last.timestamp) : null, unread, status, current: true }];
    },
    choose: () => undefined,
    fresh: () => undefined,
    person: async () => failed,
    transcript: async () => failed,
    push: async () => failed,
  };
}
