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

/** How far a message has come on its way, from where nothing leads back; the socket may tell of it before the call that sent it is answered. */
const way: readonly Message["status"][] = ["sent", "delivered", "read", "failed"];
const further = (now: Message["status"], next: Message["status"]): Message["status"] => (way.includes(next) && way.indexOf(next) < way.indexOf(now) ? now : next);

/** The thread with one message more, or with what has changed of one that it has. */
export function withMessage(thread: Thread, message: Message): Thread {
  const at = thread.messages.findIndex(({ id }) => id === message.id);
  const known = thread.messages[at];
  if (known) return { ...thread, messages: thread.messages.with(at, { ...known, ...message, status: further(known.status, message.status) }) };
  return { messages: [...thread.messages, message].sort(byTime), total: thread.total + 1 };
}

/** What became of a message on its way. */
export type Fate = Pick<Message, "id" | "status" | "failure_reason">;

/** The thread with what became of one of its messages. */
export function withFate(thread: Thread, fate: Fate): Thread {
  const known = thread.messages.find(({ id }) => id === fate.id);
  return known ? withMessage(thread, { ...known, ...fate }) : thread;
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
