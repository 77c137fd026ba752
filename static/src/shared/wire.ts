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
}

/** What the widget needs to draw itself. Everything but the greeting may be absent. */
export interface Config {
  greeting: string;
  name?: string;
  theme?: { color?: string; position?: string } | null;
  locale?: string | null;
  online?: boolean;
  uploads?: Uploads | null;
  assistant?: { name: string } | null;
  survey?: boolean;
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
  | { type: "welcome"; seq: number; status?: Status; heartbeat?: number; survey?: boolean }
  | { type: "message"; message: Message }
  | ({ type: "ack"; client_id: string } & Receipt)
  | { type: "typing"; author?: string; active: boolean }
  | { type: "delta"; id: string; author?: string; text: string }
  | { type: "read"; seq: number }
  | { type: "conversation"; status: Status; survey?: boolean }
  | { type: "presence"; online: boolean }
  | { type: "pong" }
  | { type: "error"; error: string; client_id?: string }
  | { type: "bye"; reconnect_in: number };

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
