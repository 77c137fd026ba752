import type { Schemas } from "../../../src/dashboard/api/client.js";
import type { Assistant } from "../../../src/dashboard/assistants/assistant.js";
import { id, me, user } from "./rows.js";

const at = "2026-01-25T14:20:00.000000Z";

export const contact = (n = 1, change: Partial<Schemas["Contact"]> = {}): Schemas["Contact"] => ({
  id: id("cnt", n),
  phone: null,
  email: `visitor${n}@example.com`,
  first_name: "Visitor",
  last_name: String(n),
  full_name: `Visitor ${n}`,
  preferred_channel: null,
  status: "active",
  metadata: {},
  created_at: at,
  updated_at: at,
  last_contacted: null,
  version: `v${n}`,
  ...change,
});

export const article = (n = 1, change: Partial<Schemas["Article"]> = {}): Schemas["Article"] => ({
  id: id("art", n),
  title: `Article ${n}`,
  content: "## Returns\n\nWithin **30 days**.",
  language: "en",
  tags: ["returns"],
  published: true,
  source: null,
  created_at: at,
  updated_at: at,
  ...change,
});

export const site = (n = 1, change: Partial<Schemas["Site"]> = {}): Schemas["Site"] => ({
  id: id("site", n),
  name: "Example Shop",
  site_key: "pk_live_1",
  greeting: "Hi there!",
  auto_reply: "Thanks!",
  allowed_origins: [],
  theme: { color: "#2f6fed", position: "right" },
  locale: "",
  prechat: { fields: [] },
  office_hours: { enabled: false, time_zone: "Europe/Vienna", days: [{ weekday: 1, opens: "09:00", closes: "17:00" }], holidays: [] },
  survey: true,
  notice_minutes: 2,
  identity_required: false,
  assistant: null,
  snippet: '<script src="https://chat.example.com/widget.js" data-site-key="pk_live_1" async></script>',
  created_at: at,
  updated_at: at,
  ...change,
});

export const apiKey = (n = 1, change: Partial<Schemas["APIKey"]> = {}): Schemas["APIKey"] => ({
  id: id("key", n),
  name: `Key ${n}`,
  kind: "agent",
  hint: "sk_live_7rZs",
  scopes: ["conversations:read"],
  created_by: { id: id("usr", 1), name: "Sarah Johnson" },
  expires_at: null,
  last_used_at: null,
  created_at: at,
  ...change,
});

export const webhook = (n = 1, change: Partial<Schemas["Webhook"]> = {}): Schemas["Webhook"] => ({
  id: id("wh", n),
  url: `https://shop.example/hooks/${n}`,
  events: ["message.received"],
  active: true,
  retry_policy: "exponential",
  disabled_reason: null,
  failing_since: null,
  previous_secret_until: null,
  created_at: at,
  updated_at: at,
  ...change,
});

export const delivery = (n = 1, change: Partial<Schemas["Delivery"]> = {}): Schemas["Delivery"] => ({
  id: id("del", n),
  webhook_id: id("wh", 1),
  event_id: id("evt", n),
  event_type: "message.received",
  cause: "event",
  status: "succeeded",
  retry_count: 0,
  next_attempt_at: null,
  error: null,
  request: { url: "https://shop.example/hooks/1", headers: { "webhook-id": id("evt", n) }, body: '{"type":"message.received"}' },
  response: { status_code: 200, body: "thank you", duration_ms: 12 },
  attempts: [{ number: 1, at, duration_ms: 12, status_code: 200, error: null }],
  created_at: at,
  updated_at: at,
  ...change,
});

export const kind = (change: Partial<Schemas["ChannelKind"]> = {}): Schemas["ChannelKind"] => ({
  kind: "sms",
  label: "SMS (Twilio)",
  fields: [
    { name: "account_sid", label: "Account SID", help: "On the console.", example: "AC0123", secret: false, required: true, generated: false, multiline: false, options: [], pattern: "" },
    { name: "auth_token", label: "Auth token", help: "Beside it.", example: "0123", secret: true, required: true, generated: false, multiline: false, options: [], pattern: "" },
    { name: "region", label: "Region", help: "", example: "", secret: false, required: false, generated: false, multiline: false, options: ["us1", "ie1"], pattern: "" },
    { name: "note", label: "Note", help: "", example: "", secret: false, required: false, generated: true, multiline: true, options: [], pattern: "" },
  ],
  hooks: [{ name: "messages", label: "Incoming messages", help: "At the number." }],
  ...change,
});

export const channel = (n = 1, change: Partial<Schemas["ChannelAccount"]> = {}): Schemas["ChannelAccount"] => ({
  id: id("chn", n),
  kind: "sms",
  name: "Support number",
  address: "+14155550123",
  enabled: true,
  settings: { account_sid: "AC0123" },
  secrets: ["auth_token"],
  hooks: [{ name: "messages", label: "Incoming messages", help: "At the number.", url: "https://chat.example.com/channels/sms/1" }],
  created_at: at,
  updated_at: at,
  ...change,
});

export const assistant = (n = 1, change: Partial<Assistant> = {}): Assistant => ({
  id: `assistant-${String(n).padStart(26, "0")}`,
  name: "Clay",
  firstMessage: "Hello from {{company}}!",
  systemPrompt: "You answer for {{company}}.",
  model: { provider: null, model: null, temperature: null, maxTokens: null },
  variables: { company: "Example Shop" },
  knowledge: true,
  handoff: true,
  server: null,
  price: { input: 0, output: 0 },
  status: "published",
  publishedAt: at,
  createdAt: at,
  updatedAt: at,
  ...change,
});

export const session = (n = 1, change: Partial<Schemas["Session"]> = {}): Schemas["Session"] => ({
  id: id("ses", n),
  current: n === 1,
  user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  ip: "203.0.113.7",
  created_at: at,
  last_seen_at: at,
  expires_at: "2026-02-19T09:00:00.000000Z",
  ...change,
});

/** The figures of a day or of somebody. */
export const figures = (change: Partial<Schemas["ReportFigures"]> = {}): Schemas["ReportFigures"] => ({
  conversations: { opened: 12, closed: 10, reopened: 1 },
  messages: { received: 40, sent: 31 },
  first_response: { count: 11, median_seconds: 95, p90_seconds: 610 },
  resolution: { count: 10, median_seconds: 4800, p90_seconds: 90_000 },
  ratings: { count: 4, average: 4.5, distribution: { "1": 0, "2": 0, "3": 1, "4": 0, "5": 3 } },
  ...change,
});

export const report = (group: Schemas["Report"]["group"], data: Schemas["Report"]["data"], change: Partial<Schemas["Report"]> = {}): Schemas["Report"] => ({
  from: "2026-01-01",
  to: "2026-01-02",
  time_zone: "Europe/Vienna",
  group,
  totals: figures(),
  assistant: {
    questions: 0, answered: 0, input_tokens: 0, output_tokens: 0, cost: 0,
    handoffs: { agent: 0, asked: 0, budget: 0, no_answer: 0, turns: 0 },
  },
  data,
  ...change,
});

/** Somebody who answers customers, and no more. */
export const agentMe = () => me({ user: user({ role: "agent" }), scopes: ["contacts:read", "contacts:write", "conversations:read", "conversations:write", "assistants:read"] });
