import type { QueryClient } from "@tanstack/react-query";
import type { Schemas } from "../api/client.js";
import { keys } from "../api/keys.js";
import { type Fate, type Thread, withFate, withMessage } from "../conversation/thread.js";
import type { EventData, EventFrame } from "./frames.js";

type Conversation = Schemas["Conversation"];
type Message = Schemas["Message"];
type Window = Schemas["ConversationList"];
type Change = (c: Conversation) => Conversation;

/** A message as an event carries it, in the shape that calls answer with. */
export function messageOf(data: EventData): Message | null {
  if (!data.message_id || !data.conversation_id || !data.sent_at || !data.sent_by) return null;
  return {
    id: data.message_id,
    conversation_id: data.conversation_id,
    content: data.content ?? "",
    message_type: data.message_type ?? "text",
    sent_by: data.sent_by,
    ...(data.sender ? { sender: data.sender } : {}),
    sent_at: data.sent_at,
    status: data.status ?? "sent",
    internal: data.internal ?? false,
    attachments: data.attachments ?? [],
  };
}

/** A conversation with acts under way: as the server has it, and what each of them shows over that. */
interface Shown {
  server: Conversation;
  changes: readonly Change[];
}

const shown = new WeakMap<QueryClient, Map<string, Shown>>();

function paint(queries: QueryClient, id: string, change: Change): void {
  queries.setQueryData<Conversation>(keys.conversation(id), (c) => c && change(c));
  queries.setQueriesData<Window>({ queryKey: [...keys.conversations, "list"] }, (window) => {
    if (!window?.data.some((c) => c.id === id)) return window;
    return { ...window, data: window.data.map((c) => (c.id === id ? change(c) : c)) };
  });
}

const over = ({ server, changes }: Shown): Conversation => changes.reduce((c, change) => change(c), server);

/** Changes a conversation wherever it is kept, as the server does; what acts under way show of it stays shown. */
export function patchConversation(queries: QueryClient, id: string, change: Change): void {
  const acts = shown.get(queries)?.get(id);
  if (!acts) return paint(queries, id, change);
  acts.server = change(acts.server);
  paint(queries, id, () => over(acts));
}

/** A conversation as far as we know the server's, without what acts under way show over it. */
export const known = (queries: QueryClient, id: string): Conversation | undefined => shown.get(queries)?.get(id)?.server ?? queries.getQueryData<Conversation>(keys.conversation(id)) ?? inLists(queries, id);

/** Shows an act before the server has done it; gives the end of showing it, which takes back nothing else. */
export function show(queries: QueryClient, id: string, change: Change): () => void {
  const all = shown.get(queries) ?? new Map<string, Shown>();
  shown.set(queries, all);
  const server = known(queries, id);
  if (!server) return () => undefined;
  const acts = all.get(id) ?? { server, changes: [] };
  acts.changes = [...acts.changes, change];
  all.set(id, acts);
  paint(queries, id, () => over(acts));
  return () => {
    acts.changes = acts.changes.filter((other) => other !== change);
    if (acts.changes.length === 0) all.delete(id);
    paint(queries, id, () => over(acts));
  };
}

/** What the lists know of a conversation. */
export function inLists(queries: QueryClient, id: string): Conversation | undefined {
  for (const [, window] of queries.getQueriesData<Window>({ queryKey: [...keys.conversations, "list"] })) {
    const found = window?.data.find((c) => c.id === id);
    if (found) return found;
  }
  return undefined;
}

const preview = (text: string): string => {
  const points = [...text.replace(/\s+/g, " ").trim()];
  return points.length > 120 ? `${points.slice(0, 120).join("")}…` : points.join("");
};

/** What a new message changes of its conversation, until the list is read anew. */
function touched(c: Conversation, message: Message): Conversation {
  if (message.internal || message.sent_at <= c.last_message_at) return c;
  const theirs = message.sent_by === "contact";
  return {
    ...c,
    last_message_at: message.sent_at,
    last_message_preview: preview(message.content) || message.attachments[0]?.filename || "",
    message_count: c.message_count + 1,
    unread_count: theirs ? c.unread_count + 1 : c.unread_count,
    status: theirs ? "open" : c.status,
  };
}

/** What is to be read anew after some events. */
export interface Stale {
  lists: boolean;
  contacts: boolean;
}

/** What an event changes of a conversation, and of which. */
function changeOf({ data }: EventFrame, message: Message | null): { id: string; change: Change } | null {
  const { conversation } = data;
  if (message) {
    const more = (c: Conversation) => (conversation ? { assigned_to: conversation.assigned_to ?? null, labels: conversation.labels ?? c.labels, status: conversation.status ?? c.status } : {});
    return { id: message.conversation_id, change: (c) => ({ ...touched(c, message), ...more(c) }) };
  }
  if (!conversation?.id || !conversation.last_message_at) return null;
  const now = conversation as Conversation;
  return {
    id: now.id,
    change: (c) => (now.last_message_at >= c.last_message_at ? now : { ...now, last_message_at: c.last_message_at, last_message_preview: c.last_message_preview, message_count: c.message_count, unread_count: c.unread_count }),
  };
}

const messageIn = ({ type, data }: EventFrame): Message | null => (/^(message|note)\./.test(type) ? messageOf(data) : null);

/** What an event tells of a message that it does not carry: that one failed is a change of its conversation. */
function fateIn({ data: { changes } }: EventFrame): Fate | null {
  if (typeof changes?.message_id !== "string" || !changes.message_status) return null;
  const { message_id: id, message_status: status, failure_reason: reason } = changes as { message_id: string; message_status: Message["status"]; failure_reason?: string };
  return { id, status, ...(reason ? { failure_reason: reason } : {}) };
}

const ears = new WeakMap<QueryClient, Set<(event: EventFrame) => void>>();

/** Asks, and adds to the answer what events told while it was on its way: they may be newer, and find nothing kept that they could change. */
export async function overhearing<T>(queries: QueryClient, ask: () => Promise<T>, add: (answer: T, event: EventFrame) => T): Promise<T> {
  const heard: EventFrame[] = [];
  const ear = (event: EventFrame): void => void heard.push(event);
  const all = ears.get(queries) ?? new Set();
  ears.set(queries, all.add(ear));
  try {
    const answer = await ask();
    return heard.reduce(add, answer);
  } finally {
    all.delete(ear);
  }
}

/** A conversation after an event, if the event is about it. */
export function conversationAfter(c: Conversation, event: EventFrame): Conversation {
  const found = changeOf(event, messageIn(event));
  return found?.id === c.id ? found.change(c) : c;
}

/** The thread of a conversation after an event, if the event is about it. */
export function threadAfter(id: string, thread: Thread, event: EventFrame): Thread {
  if (event.data.conversation_id !== id) return thread;
  const message = messageIn(event);
  const fate = fateIn(event);
  return message ? withMessage(thread, message) : fate ? withFate(thread, fate) : thread;
}

/** Brings everything that is kept up to an event, without asking the server; says what it could not know. */
export function applyEvent(queries: QueryClient, event: EventFrame): Stale {
  const { type } = event;
  for (const ear of ears.get(queries) ?? []) ear(event);
  const message = messageIn(event);
  const found = changeOf(event, message);
  if (found) patchConversation(queries, found.id, found.change);
  const id = event.data.conversation_id;
  if (id) queries.setQueryData<Thread>(keys.messages(id), (thread) => thread && threadAfter(id, thread, event));
  if (message) return { lists: type === "message.received" || type === "message.sent", contacts: false };
  const erased = type === "contact.deleted";
  return { lists: type.startsWith("conversation.") || type.startsWith("rating.") || erased || type === "message.read", contacts: type.startsWith("contact.") };
}

