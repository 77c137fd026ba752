import type { QueryClient } from "@tanstack/react-query";
import type { Schemas } from "../api/client.js";
import { keys } from "../api/keys.js";
import { type Thread, withMessage } from "../conversation/thread.js";
import type { EventData, EventFrame } from "./frames.js";

type Conversation = Schemas["Conversation"];
type Message = Schemas["Message"];
type Window = Schemas["ConversationList"];

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

/** Changes a conversation wherever it is kept. */
export function patchConversation(queries: QueryClient, id: string, change: (c: Conversation) => Conversation): void {
  queries.setQueryData<Conversation>(keys.conversation(id), (c) => c && change(c));
  queries.setQueriesData<Window>({ queryKey: [...keys.conversations, "list"] }, (window) => {
    if (!window?.data.some((c) => c.id === id)) return window;
    return { ...window, data: window.data.map((c) => (c.id === id ? change(c) : c)) };
  });
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

/** Puts a message into its thread. Where that is being read the answer may be older, and is joined to it. */
function putMessage(queries: QueryClient, message: Message): void {
  const key = keys.messages(message.conversation_id);
  const reading = queries.getQueryState(key)?.fetchStatus === "fetching";
  queries.setQueryData<Thread>(key, (thread) => (thread ? withMessage(thread, message) : reading ? { messages: [message], total: 1 } : undefined));
}

/** What is to be read anew after some events. */
export interface Stale {
  lists: boolean;
  contacts: boolean;
}

/** Brings everything that is kept up to an event, without asking the server; says what it could not know. */
export function applyEvent(queries: QueryClient, event: EventFrame): Stale {
  const { type, data } = event;
  const message = /^(message|note)\./.test(type) ? messageOf(data) : null;
  if (message) {
    putMessage(queries, message);
    const { conversation } = data;
    patchConversation(queries, message.conversation_id, (c) => ({ ...touched(c, message), ...(conversation ? { assigned_to: conversation.assigned_to ?? null, labels: conversation.labels ?? c.labels, status: conversation.status ?? c.status } : {}) }));
    return { lists: type === "message.received" || type === "message.sent", contacts: false };
  }
  const { conversation } = data;
  if (conversation?.id && conversation.last_message_at) {
    const now = conversation as Conversation;
    patchConversation(queries, now.id, (c) => (now.last_message_at >= c.last_message_at ? now : { ...now, last_message_at: c.last_message_at, last_message_preview: c.last_message_preview, message_count: c.message_count, unread_count: c.unread_count }));
  }
  const erased = type === "contact.deleted";
  return { lists: type.startsWith("conversation.") || type.startsWith("rating.") || erased || type === "message.read", contacts: type.startsWith("contact.") };
}

