import type { Message, RemoteConversation, Status } from "./wire.js";

/** A conversation, as a list of conversations shows it. */
export interface Summary {
  /** By which `switchTo` finds it on this device. */
  key: string;
  status: Status;
  lastMessageAt: string | null;
  /** The beginning of the last message. */
  preview: string;
  /** The team's messages that the visitor has not seen. */
  unread: number;
  /** The visitor's messages that still have to go out. */
  unsent: number;
  current: boolean;
}

/** What is kept of a conversation that is not in view, and the last sequence number it covers. */
export interface Kept extends Omit<Summary, "key" | "unsent" | "current"> {
  seq: number;
}

const longestPreview = 120;

/** What to keep of a conversation. */
export function summarize(messages: readonly Message[], status: Status, unread: number): Kept {
  const last = messages.at(-1);
  const preview = last?.body || last?.attachments?.[0]?.filename || "";
  return { status, lastMessageAt: last?.timestamp ?? null, preview: cut(preview), unread, seq: last?.seq ?? 0 };
}

/** What the server tells of a conversation, in the same form. The timeline counts when it is opened. */
export function fromRemote({ status, last_message_at, last_message_preview, unread }: RemoteConversation): Kept {
  return { status, lastMessageAt: last_message_at, preview: last_message_preview, unread, seq: 0 };
}

/** Adds the messages that came since, at least one, to what was kept. */
export function advance(kept: Kept, news: readonly Message[]): Kept {
  // What the server told of a conversation covers what came before its last message.
  const fresh = news.filter(({ direction, timestamp }) => direction === "outbound" && timestamp > (kept.lastMessageAt ?? ""));
  const unread = kept.unread + fresh.length;
  const own = news.at(-1)?.direction === "inbound";
  return summarize(news, own ? "open" : kept.status, unread);
}

/** The newest first. */
export const byTime = (one: Summary, next: Summary): number =>
  (next.lastMessageAt ?? "").localeCompare(one.lastMessageAt ?? "");

function cut(text: string): string {
  const points = [...text];
  return points.length > longestPreview ? `${points.slice(0, longestPreview).join("")}…` : text;
}
