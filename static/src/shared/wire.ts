/** The shapes that travel between a visitor's browser and the server's chat surface. */

/** A file that belongs to a message. `url` is relative to the conversation's address. */
export interface Attachment {
  id: number;
  filename: string;
  content_type: string;
  size: number;
  width?: number | null;
  height?: number | null;
  url: string;
}

/** A message as a visitor may see it. `seq` counts 1, 2, 3, … without holes. */
export interface Message {
  id: number;
  seq: number;
  /** `inbound` was written by the visitor, `outbound` by the team or the assistant. */
  direction: "inbound" | "outbound";
  body: string;
  timestamp: string;
  author: string;
  client_id?: string | null;
  type: string;
  status: string;
  attachments?: Attachment[];
  /** Who wrote it, more finely than `direction`; older servers do not say. */
  sender?: Sender;
  /** The address of the agent's picture, if there is one. */
  avatar?: string | null;
  /** The articles on which the assistant's answer rests. */
  citations?: Citation[];
}

/** Who writes in a conversation. */
export type Sender = "visitor" | "agent" | "assistant" | "system";

/** A published article that an answer rests on; `article` is its id. */
export interface Citation {
  title: string;
  article: number | string;
}

/** A published article, as a list or a search names it. */
export interface ArticleEntry {
  id: number | string;
  title: string;
  excerpt?: string;
  language?: string | null;
}

/** A published article with its text, which is Markdown. */
export interface Article extends ArticleEntry {
  content: string;
}

/** What the widget needs to draw itself. Everything but the greeting may be absent. */
export interface Config {
  greeting: string;
  name?: string;
  theme?: { color?: string; position?: string; mode?: "auto" | "light" | "dark" } | null;
  locale?: string | null;
  online?: boolean;
  uploads?: Uploads | null;
  assistant?: { name: string } | null;
  survey?: boolean;
  /** Only visitors with a signed identity may begin a conversation. */
  identity_required?: boolean;
  prechat?: { fields: PrechatField[] } | null;
  office_hours?: OfficeHours | null;
  /** Some of the agents who are there at the moment. */
  team?: { name: string; avatar?: string | null }[];
  /** Conversations can be sent by e-mail. */
  transcript?: boolean;
  push?: { public_key: string } | null;
  /** There are published articles to search. */
  articles?: boolean;
}

/** A question that the form asks before a conversation begins. */
export interface PrechatField {
  name: string;
  label: string;
  type: string;
  required: boolean;
}

/** When the team is there; `next_open` is the moment at which it is there again, `holidays` are dates in its time zone. */
export interface OfficeHours {
  enabled: boolean;
  time_zone?: string;
  days?: unknown;
  holidays?: readonly string[];
  open?: boolean;
  next_open?: string | null;
}

/** What the server takes as uploads. `types` are media types, `image/*` included. */
export interface Uploads {
  max_bytes?: number;
  max_files?: number;
  types?: string[];
}

/** The customer's page on which the visitor is. */
export interface Page {
  url: string;
  title: string;
  referrer: string;
}

/** The body of `POST /conversations`. */
export interface StartRequest {
  client_id: string;
  name: string;
  email: string;
  message: string;
  visitor_token: string;
  page?: Page;
  locale?: string;
  custom?: Record<string, unknown>;
  identity?: Proof;
}

/** What the site's own server signed about its user: an HMAC of the id, or a JWT. */
export type Proof = { id: string; hash: string } | { token: string };

/** The body of `POST /identify`. */
export interface IdentifyRequest {
  visitor_tokens: string[];
  identity: Proof;
  email?: string;
  name?: string;
}

/** The answer to it: who the visitor is, and every conversation of theirs. */
export interface Identified {
  contact: { id: string; name: string };
  conversations: RemoteConversation[];
}

/** A conversation of an identified visitor; its token works wherever a visitor token does. */
export interface RemoteConversation {
  conversation_token: string;
  status: Status;
  last_message_at: string | null;
  last_message_preview: string;
  unread: number;
}

/** A web push subscription, as the browser spells it. */
export interface PushSubscriptionKeys {
  endpoint: string;
  keys: { p256dh: string; auth: string };
}

/** Where a conversation stands. */
export type Status = "open" | "closed" | "archived";

/** The server's acknowledgement of a message: it is stored. */
export interface Receipt {
  id: number;
  seq: number;
  timestamp: string;
}

/** Frames the server sends over a socket. */
export type ServerFrame =
  | Welcome
  | { type: "message"; message: Message }
  | ({ type: "ack"; client_id: string } & Receipt)
  | { type: "typing"; author?: string; active: boolean }
  | { type: "delta"; id: string; author?: string; text: string; end?: boolean }
  | { type: "read"; seq: number }
  | { type: "conversation"; status: Status; survey?: boolean; assistant_active?: boolean }
  | { type: "presence"; online: boolean }
  | { type: "pong" }
  | { type: "error"; error: string; client_id?: string }
  | { type: "bye"; reconnect_in: number };

/** The first frame on a socket: where the conversation stands. `read` is how far the team has read. */
export interface Welcome {
  type: "welcome";
  seq: number;
  status?: Status;
  heartbeat?: number;
  online?: boolean | null;
  read?: number;
  survey?: boolean;
  assistant_active?: boolean;
}

/** Frames the visitor's browser sends over a socket. */
export type ClientFrame =
  | Hello
  | { type: "send"; client_id: string; message: string }
  | { type: "typing"; active: boolean }
  | { type: "read"; seq: number }
  | { type: "ping" };

/** The first frame on a socket: who, and from where on. */
export interface Hello {
  type: "hello";
  site_key: string;
  visitor_token: string;
  after: number;
}

/** The longest message the server takes, in Unicode code points. */
export const longestMessage = 10_000;
