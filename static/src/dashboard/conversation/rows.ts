import type { Schemas } from "../api/client.js";
import { sameDay } from "../ui/time.js";
import type { Outgoing } from "./outbox.js";

type Message = Schemas["Message"];

/** One line of the thread: a day's name, or a message with whether it goes on where the last one ended. */
export type ThreadRow = { kind: "day"; key: string; at: string } | { kind: "message"; key: string; message: Message; first: boolean; last: boolean };

const pause = 5 * 60_000;

/** What of a message says whether another goes on where it ended. */
type Breath = Pick<Message, "sent_by" | "internal" | "sender" | "sent_at">;

/** What waits to be sent, as the message that it will be. */
export const breathOf = ({ internal, at }: Pick<Outgoing, "internal" | "at">, me: Schemas["Person"]): Breath => ({ sent_by: "user", internal, sender: me, sent_at: at });

/** Whether two messages were said in one breath. */
export const together = (a: Breath | undefined, b: Breath | undefined): boolean =>
  a !== undefined &&
  b !== undefined &&
  a.sent_by === b.sent_by &&
  a.internal === b.internal &&
  a.sender?.id === b.sender?.id &&
  sameDay(a.sent_at, b.sent_at) &&
  Math.abs(Date.parse(b.sent_at) - Date.parse(a.sent_at)) < pause;

/** Puts days between messages, and messages of one breath together. */
export function rowsOf(messages: readonly Message[]): ThreadRow[] {
  const rows: ThreadRow[] = [];
  for (const [i, message] of messages.entries()) {
    const before = messages[i - 1];
    if (!before || !sameDay(before.sent_at, message.sent_at)) rows.push({ kind: "day", key: `day ${message.sent_at}`, at: message.sent_at });
    rows.push({ kind: "message", key: message.id, message, first: !together(before, message), last: !together(message, messages[i + 1]) });
  }
  return rows;
}
