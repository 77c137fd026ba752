import type { Schemas } from "../api/client.js";

type Message = Schemas["Message"];

/** What is known of a conversation's messages: the newest ones without a gap, and how many there are. */
export interface Thread {
  /** Oldest first. */
  messages: Message[];
  total: number;
}

/** How many messages are read at once. */
export const stretch = 60;

const byTime = (a: Message, b: Message): number => (a.sent_at < b.sent_at ? -1 : a.sent_at > b.sent_at ? 1 : a.id < b.id ? -1 : 1);

/** The thread with one message more, or with what has changed of one that it has. */
export function withMessage(thread: Thread, message: Message): Thread {
  const at = thread.messages.findIndex(({ id }) => id === message.id);
  if (at >= 0) return { ...thread, messages: thread.messages.with(at, { ...thread.messages[at], ...message }) };
  return { messages: [...thread.messages, message].sort(byTime), total: thread.total + 1 };
}

/**
 * The newest stretch, read anew, joined to what was known. Where the two do not meet, messages are missing
 * in between, and the older ones are given up: they are read again when somebody scrolls up to them.
 */
export function joined(known: Thread | undefined, newest: Message[], total: number): Thread {
  const fresh = newest.toSorted(byTime);
  const oldest = fresh[0];
  if (!known || !oldest) return { messages: fresh, total };
  const ids = new Set(fresh.map(({ id }) => id));
  const meets = known.messages.some(({ id }) => ids.has(id));
  const older = meets ? known.messages.filter((message) => !ids.has(message.id) && byTime(message, oldest) < 0) : [];
  // What the socket told while the answer was on its way is newer than the answer.
  const last = fresh.at(-1);
  const newer = last ? known.messages.filter((message) => !ids.has(message.id) && byTime(message, last) > 0) : [];
  return { messages: [...older, ...fresh, ...newer], total: Math.max(total, older.length + fresh.length + newer.length) };
}

/** The thread with a stretch of older messages before it. */
export function extended(thread: Thread, older: Message[], total: number): Thread {
  const ids = new Set(thread.messages.map(({ id }) => id));
  return { messages: [...older.filter(({ id }) => !ids.has(id)), ...thread.messages].sort(byTime), total };
}
