import type { Snapshot } from "../shared/client.js";
import type { Outgoing } from "../shared/outbox.js";
import type { Attachment, Citation, Message } from "../shared/wire.js";
import { dayOf, startOfDay } from "./format.js";
import type { Words } from "./i18n/index.js";

/** A bubble: a stored message, or one on its way. */
export interface Bubble {
  kind: "bubble";
  /** The same before and after a message is stored, so that its element stays. */
  key: string;
  own: boolean;
  author: string;
  avatar?: string | null | undefined;
  /** The assistant wrote it. */
  assistant: boolean;
  /** The articles that the assistant's answer rests on. */
  citations: readonly Citation[];
  body: string;
  moment: number;
  attachments: readonly Attachment[];
  outgoing?: Outgoing;
  seen: boolean;
  /** Begins or ends a run of bubbles of one author. */
  first: boolean;
  last: boolean;
}

/** A line between bubbles: the name of a day, or a word of the system. */
export interface Line {
  kind: "day" | "note";
  key: string;
  text: string;
}

/** What stands in the log, from top to bottom. */
export type Row = Bubble | Line;

/** Bubbles of one author this close together, in milliseconds, share name and time. */
const together = 5 * 60 * 1000;

/** Lays the conversation out: day breaks, runs, the automatic reply after the first message. */
export function layOut(snapshot: Snapshot, words: Words, now: number, from = 0): Row[] {
  const { messages, outgoing, agentRead, autoReply } = snapshot;
  const bubbles = [...messages.slice(from).map((message) => stored(message, agentRead)), ...outgoing.map(onItsWay)];
  const rows: Row[] = [];
  bubbles.forEach((bubble, i) => {
    const before = bubbles[i - 1];
    const after = bubbles[i + 1];
    const note = autoReply !== null && i === 0 && from === 0;
    if (!before || startOfDay(before.moment) !== startOfDay(bubble.moment)) {
      rows.push({ kind: "day", key: `day-${bubble.key}`, text: dayOf(bubble.moment, now, words) });
    }
    bubble.first = !before || !belongs(before, bubble) || (autoReply !== null && i === 1 && from === 0);
    bubble.last = !after || !belongs(bubble, after) || note;
    rows.push(bubble);
    if (note && messages.length > 0) rows.push({ kind: "note", key: "auto-reply", text: autoReply });
  });
  return rows;
}

function belongs(one: Bubble, next: Bubble): boolean {
  return (
    one.own === next.own &&
    one.author === next.author &&
    next.moment - one.moment < together &&
    startOfDay(one.moment) === startOfDay(next.moment)
  );
}

function stored(message: Message, agentRead: number): Bubble {
  const own = message.direction === "inbound";
  return {
    kind: "bubble",
    key: message.client_id || `message-${message.seq}`,
    own,
    author: own ? "" : message.author,
    avatar: message.avatar,
    assistant: message.sender === "assistant",
    citations: message.citations ?? [],
    body: message.body,
    moment: Date.parse(message.timestamp),
    attachments: message.attachments ?? [],
    seen: own && (message.seq <= agentRead || message.status === "read"),
    first: false,
    last: false,
  };
}

function onItsWay(outgoing: Outgoing): Bubble {
  const { client_id, message, created } = outgoing;
  const plain = { author: "", assistant: false, citations: [], attachments: [], seen: false, first: false, last: false };
  return { kind: "bubble", key: client_id, own: true, body: message, moment: created, outgoing, ...plain };
}
