import type { Schemas } from "../../../src/dashboard/api/client.js";

const at = "2026-01-25T14:20:00.000000Z";
const scopes: Schemas["Scope"][] = ["contacts:read", "contacts:write", "conversations:read", "conversations:write", "webhooks:manage", "assistants:read", "assistants:write", "admin:read", "admin:write"];

/** An id of the right look: `conv_0000…7`. */
export const id = (prefix: string, n: number): string => `${prefix}_${String(n).padStart(26, "0")}`;

/** A page of a list, as `/v2` gives it. */
export const page = <T>(data: T[], limit = 100, offset = 0, total = data.length) => ({ data, pagination: { limit, offset, total, has_more: offset + data.length < total } });

export const user = (change: Partial<Schemas["User"]> = {}): Schemas["User"] => ({
  id: id("usr", 1),
  name: "Sarah Johnson",
  email: "sarah@example.com",
  role: "owner",
  availability: "online",
  avatar_url: null,
  disabled: false,
  notices: { new_conversation: false, assigned: false, mentioned: false, waiting_minutes: 0 },
  created_at: at,
  ...change,
});

export const account = (change: Partial<Schemas["Account"]> = {}): Schemas["Account"] => ({
  id: id("org", 1),
  name: "Example Shop",
  time_zone: "Europe/Vienna",
  sandbox: false,
  created_at: at,
  updated_at: at,
  ...change,
});

export const me = (change: Partial<Schemas["Me"]> = {}): Schemas["Me"] => ({
  user: user(),
  account: account(),
  key: null,
  scopes,
  sandbox: false,
  limits: { requests: 1000, period_seconds: 60, message_length: 10_000, upload_bytes: 10_485_760 },
  totp_enabled: false,
  ...change,
});

export const conversation = (n = 1, change: Partial<Schemas["Conversation"]> = {}): Schemas["Conversation"] => ({
  id: id("conv", n),
  contact_id: id("cnt", n),
  contact: { id: id("cnt", n), full_name: `Visitor ${n}`, phone: null, email: `visitor${n}@example.com` },
  channel: "chat",
  subject: null,
  status: "open",
  priority: "normal",
  assigned_to: null,
  labels: [],
  message_count: 1,
  unread_count: 1,
  created_at: at,
  last_message_at: at,
  last_message_preview: `Question ${n}`,
  resolution_reason: null,
  rating: null,
  assistant_active: false,
  handoff_reason: null,
  updated_at: at,
  version: `v${n}`,
  author_name: `Visitor ${n}`,
  verified: false,
  page: null,
  locale: "en",
  custom: {},
  ...change,
});

export const message = (n = 1, change: Partial<Schemas["Message"]> = {}): Schemas["Message"] => ({
  id: id("msg", n),
  conversation_id: id("conv", 1),
  content: `Message ${n}`,
  message_type: "text",
  sent_by: "contact",
  sent_at: at,
  status: "received",
  internal: false,
  attachments: [],
  ...change,
});
