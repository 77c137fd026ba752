import type { Schemas } from "../api/client.js";

/** Who of the team is at the desk. */
export interface Colleague {
  id: string;
  name: string;
  availability: string;
}

/** An event of the account's log. */
export interface EventFrame {
  id: string;
  type: string;
  timestamp: string;
  pos: number;
  data: EventData;
}

/** What events carry: a message's fields, or the conversation as it is now. */
export interface EventData {
  conversation_id?: string;
  contact_id?: string;
  message_id?: string;
  content?: string;
  message_type?: Schemas["MessageType"];
  internal?: boolean;
  status?: Schemas["Message"]["status"];
  sent_at?: string;
  sent_by?: Schemas["Message"]["sent_by"];
  sender?: Schemas["Person"] | null;
  attachments?: Schemas["Attachment"][];
  contact?: { full_name: string | null } | null;
  conversation?: Partial<Schemas["Conversation"]> | null;
  /** What changed, by name. */
  changes?: Record<string, unknown>;
}

/** One of the team has a conversation open, and perhaps writes an answer, or has left it. */
export interface Viewing {
  type: "presence";
  conversation_id: string;
  viewing: boolean;
  typing: boolean;
  agent: { id: string; name: string };
  /** Seconds after which it no longer holds. */
  expires_in?: number;
}

/** What the server sends besides events. */
export type Frame =
  | { type: "welcome"; pos: number; heartbeat?: number }
  | { type: "resync"; pos: number }
  | { type: "typing"; conversation_id: string; author: string; active: boolean; sender?: string }
  | { type: "delta"; id: string; conversation_id: string; author: string; text: string; end?: boolean }
  | { type: "page"; conversation_id: string; url: string; title: string }
  | { type: "presence"; online: boolean; agents: Colleague[] }
  | Viewing
  | { type: "pong" }
  | { type: "error"; error: string }
  | { type: "bye"; reconnect_in: number };

/** Tells an event from what is not kept. */
export const isEvent = (frame: Frame | EventFrame): frame is EventFrame => typeof (frame as EventFrame).pos === "number" && typeof (frame as EventFrame).id === "string";
