import { speak, speakLater } from "../../../src/dashboard/i18n/index.js";
import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { pretty } from "../../../src/dashboard/integrations/Deliveries.js";
import { apiKey, channel, delivery, kind, webhook } from "../fake/pages.js";
import { open } from "../fake/open.js";
import { id, me, page } from "../fake/rows.js";
import { Refusal } from "../fake/server.js";

test("keys say how they begin, what they may do and when they were used", async () => {
  open("/settings/keys", (server) => server.on("GET /v2/keys", () => page([apiKey(1, { expires_at: "2030-01-01T00:00:00.000000Z" }), apiKey(2, { kind: "inbox", hint: "sf_live_v1_9a" })])));
  const list = await screen.findByRole("list", { name: "API keys" });
  expect(list.textContent).toContain("sk_live_7rZs…");
  expect(list.textContent).toContain("never used · until");
  expect(within(list).getByText("Inbox API")).toBeTruthy();
});

test("a key is made with scopes and an end, shown once, and gone from the page after", async () => {
  const app = open("/settings/keys", (server) => server.on("POST /v2/keys", () => apiKey(3, { key: "sk_live_secret" })));
  await app.user.click((await screen.findAllByRole("button", { name: "New key" }))[0] as HTMLElement);
  const dialog = await screen.findByRole("dialog");
  await app.user.type(within(dialog).getByLabelText(/Name/), "Orders");
  await app.user.click(within(dialog).getByLabelText("contacts:read"));
  await app.user.click(within(dialog).getByLabelText("conversations:write"));
  await app.user.click(within(dialog).getByRole("combobox", { name: "Expires" }));
  await app.user.click(await screen.findByRole("option", { name: "In 30 days" }));
  await app.user.click(within(dialog).getByRole("button", { name: "Create" }));
  expect(await screen.findByText("sk_live_secret")).toBeTruthy();
  const body = app.server.asked("POST /v2/keys")[0]?.body as { scopes: string[]; expires_at: string };
  expect(body).toMatchObject({ name: "Orders", kind: "agent", scopes: ["contacts:read", "conversations:read"] });
  expect(Date.parse(body.expires_at) - Date.now()).toBeGreaterThan(29 * 86_400_000);
  await app.user.click(screen.getByRole("button", { name: "I have kept it" }));
  await waitFor(() => expect(screen.queryByText("sk_live_secret")).toBeNull());
});

test("a key for the inbox is offered the inbox's scopes alone, and nobody more than they hold", async () => {
  const app = open("/settings/keys", (server) => (server.me = me({ scopes: ["admin:read", "admin:write", "conversations:read"] })));
  await app.user.click((await screen.findAllByRole("button", { name: "New key" }))[0] as HTMLElement);
  const dialog = await screen.findByRole("dialog");
  expect(within(dialog).getAllByRole("checkbox")).toHaveLength(3);
  await app.user.click(within(dialog).getByRole("radio", { name: "Inbox API" }));
  expect(within(dialog).getAllByRole("checkbox")).toHaveLength(1);
});

test("a key is revoked after a question", async () => {
  const app = open("/settings/keys", (server) => {
    server.on("GET /v2/keys", () => page([apiKey(1)]));
    server.on("DELETE /v2/keys/:id", () => undefined);
  });
  await app.user.click(await screen.findByRole("button", { name: "Revoke: Key 1" }));
  await app.user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Revoke" }));
  expect(await screen.findByText("The key is revoked")).toBeTruthy();
});

test("a webhook is made of address and events, and its secret shown once", async () => {
  const app = open("/settings/webhooks", (server) => {
    server.on("POST /v2/webhooks", () => webhook(1, { signing_secret: "whsec_abc" }));
    server.on("GET /v2/webhooks/:id", () => webhook(1));
    server.on("GET /v2/webhooks/:id/deliveries", () => page([]));
  });
  await app.user.click((await screen.findAllByRole("button", { name: "New webhook" }))[0] as HTMLElement);
  const dialog = await screen.findByRole("dialog");
  await app.user.type(within(dialog).getByLabelText("Address"), "https://shop.example/hooks");
  await app.user.click(within(dialog).getByLabelText("rating.created"));
  await app.user.click(within(dialog).getByRole("button", { name: "Create" }));
  expect(await screen.findByText("whsec_abc")).toBeTruthy();
  expect(app.server.asked("POST /v2/webhooks")[0]?.body).toEqual({ url: "https://shop.example/hooks", events: ["message.received", "rating.created"] });
  await app.user.click(screen.getByRole("button", { name: "I have kept it" }));
  await waitFor(() => expect(app.router.state.location.pathname).toBe(`/settings/webhooks/${id("wh", 1)}`));
  expect(await screen.findByText("Nothing was sent yet.")).toBeTruthy();
});

test("an address that is refused is said at its field", async () => {
  const app = open("/settings/webhooks", (server) => server.on("POST /v2/webhooks", () => new Refusal(400, "invalid_input", "The address is not public", { field: "url" })));
  await app.user.click((await screen.findAllByRole("button", { name: "New webhook" }))[0] as HTMLElement);
  await app.user.type(within(await screen.findByRole("dialog")).getByLabelText("Address"), "http://10.0.0.1{Enter}");
  expect(await screen.findByText("The address is not public")).toBeTruthy();
});

/** The page of a webhook. */
function openWebhook(change = {}, deliveries = [delivery(1)]) {
  let row = webhook(1, change);
  return open(`/settings/webhooks/${row.id}`, (server) => {
    server.on("GET /v2/webhooks/:id", () => row);
    server.on("PATCH /v2/webhooks/:id", ({ body }) => (row = { ...row, ...(body as object) }));
    server.on("GET /v2/webhooks/:id/deliveries", ({ query }) => page(query.get("status") === "failed" ? [] : deliveries));
    server.on("POST /v2/webhooks/:id/test", () => delivery(2, { status: "pending" }));
    server.on("POST /v2/webhooks/:id/deliveries/:delivery/redeliver", () => delivery(3, { status: "pending" }));
  });
}

test("a delivery opens to what was asked and answered, and is sent again", async () => {
  const app = openWebhook();
  await app.user.click(await screen.findByRole("button", { name: /Succeeded/ }));
  expect(screen.getByText(/thank you/)).toBeTruthy();
  expect(screen.getByText(/POST https:\/\/shop\.example/).textContent).toContain('"type": "message.received"');
  await app.user.click(screen.getByRole("button", { name: "Send again" }));
  expect(await screen.findByText("It is on its way again")).toBeTruthy();
});

test("a test is sent, and deliveries are narrowed", async () => {
  const app = openWebhook();
  await app.user.click(await screen.findByRole("button", { name: "Send a test" }));
  expect(await screen.findByText("The test is on its way")).toBeTruthy();
  await app.user.click(screen.getByRole("radio", { name: "Failed" }));
  expect(await screen.findByText("Nothing was sent yet.")).toBeTruthy();
});

test("what was switched off says why, and a test of it cannot be sent", async () => {
  openWebhook({ active: false, disabled_reason: "five days of failure" });
  expect(await screen.findByText("Switched off: five days of failure")).toBeTruthy();
  expect((screen.getByRole("button", { name: "Send a test" }) as HTMLButtonElement).disabled).toBe(true);
});

test("a webhook is switched off, given a new secret, and deleted", async () => {
  const app = openWebhook({ failing_since: "2026-01-25T14:20:00.000000Z" });
  app.server.on("POST /v2/webhooks/:id/rotate", () => webhook(1, { signing_secret: "whsec_new" }));
  app.server.on("DELETE /v2/webhooks/:id", () => undefined);
  expect(await screen.findByText(/Every attempt has failed since/)).toBeTruthy();
  await app.user.click(screen.getByLabelText("Active"));
  await app.user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(app.server.asked("PATCH /v2/webhooks/:id")[0]?.body).toEqual({ active: false }));
  await app.user.click(screen.getByRole("button", { name: "New secret" }));
  await app.user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "New secret" }));
  expect(await screen.findByText("whsec_new")).toBeTruthy();
  await app.user.click(screen.getByRole("button", { name: "I have kept it" }));
  await app.user.click(screen.getByRole("button", { name: "Delete webhook" }));
  await app.user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Delete" }));
  await waitFor(() => expect(app.router.state.location.pathname).toBe("/settings/webhooks"));
});

test("bodies are shown readable, and what is no JSON as it is", () => {
  expect(pretty('{"a":1}')).toBe('{\n  "a": 1\n}');
  expect(pretty("<html>")).toBe("<html>");
});

test("a channel is connected by the form that the server describes", async () => {
  const app = open("/settings/channels", (server) => {
    server.on("POST /v2/channels", () => channel(1));
    server.on("GET /v2/channels/:id", () => channel(1));
    server.on("GET /v2/channels/kinds", () => ({ data: [kind()] }));
  });
  await app.user.click(await screen.findByRole("button", { name: "SMS (Twilio)" }));
  const dialog = await screen.findByRole("dialog");
  await app.user.type(within(dialog).getByLabelText(/Account SID/), "AC1");
  await app.user.type(within(dialog).getByLabelText(/Auth token/), "secret");
  await app.user.click(within(dialog).getByRole("combobox", { name: "Region" }));
  await app.user.click(await screen.findByRole("option", { name: "ie1" }));
  await app.user.click(within(dialog).getByRole("button", { name: "Connect" }));
  await waitFor(() => expect(app.router.state.location.pathname).toBe(`/settings/channels/${id("chn", 1)}`));
  expect(app.server.asked("POST /v2/channels")[0]?.body).toEqual({ kind: "sms", name: "SMS (Twilio)", enabled: true, settings: { account_sid: "AC1", auth_token: "secret", region: "ie1" } });
});

test("a channel has the sign that it has in the inbox", async () => {
  open("/settings/channels", (server) => {
    server.on("GET /v2/channels", () => page([channel(1, { kind: "whatsapp" })]));
    server.on("GET /v2/channels/kinds", () => ({ data: [kind({ kind: "email", label: "E-mail" })] }));
  });
  const email = await screen.findByRole("button", { name: "E-mail" });
  expect(email.querySelector("svg")?.classList.contains("lucide-mail")).toBe(true);
  expect((await screen.findByRole("list", { name: "Channels" })).querySelector("svg")?.classList.contains("lucide-message-square")).toBe(true);
});

test("a setting that is refused is said at its field", async () => {
  const app = open("/settings/channels", (server) => {
    server.on("GET /v2/channels/kinds", () => ({ data: [kind()] }));
    server.on("POST /v2/channels", () => new Refusal(400, "invalid_input", "No such account", { field: "settings.account_sid" }));
  });
  await app.user.click(await screen.findByRole("button", { name: "SMS (Twilio)" }));
  await app.user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Connect" }));
  expect(await screen.findByText("No such account")).toBeTruthy();
});

test("a channel is connected in the agent's language, and what the dashboard has no words for is said as the server says it", async () => {
  await speak("ar");
  await speakLater("ar");
  const app = open("/settings/channels", (server) => server.on("GET /v2/channels/kinds", () => ({ data: [kind()] })));
  await app.user.click(await screen.findByRole("button", { name: "رسائل قصيرة (Twilio)" }));
  const dialog = await screen.findByRole("dialog", { name: "رسائل قصيرة (Twilio)" });
  const sid = within(dialog).getByLabelText(/معرّف الحساب/);
  expect(within(dialog).getByText("في الصفحة الأولى من لوحة Twilio.").tagName).toBe("BDI"); // each text runs in its own direction
  expect(sid.getAttribute("placeholder")).toBe("AC0123");
  expect(within(dialog).getByText("Region").tagName).toBe("BDI");
  expect(dialog.textContent).not.toMatch(/regionHelp|noteHelp|Account SID on/);
  await speak("en");
});

/** The page of a channel's account. */
const openChannel = () =>
  open(`/settings/channels/${id("chn", 1)}`, (server) => {
    server.on("GET /v2/channels/:id", () => channel(1));
    server.on("GET /v2/channels/kinds", () => ({ data: [kind()] }));
    server.on("PATCH /v2/channels/:id", () => channel(1));
  });

test("the connection is tested, whatever comes of it", async () => {
  const app = openChannel();
  let ok = false;
  app.server.on("POST /v2/channels/:id/test", () => ({ ok, detail: ok ? "Twilio knows the account" : "Twilio refused the token" }));
  await app.user.click(await screen.findByRole("button", { name: "Test the connection" }));
  expect((await screen.findByText("Twilio refused the token")).dataset.good).toBe("false");
  ok = true;
  await app.user.click(screen.getByRole("button", { name: "Test the connection" }));
  expect((await screen.findByText("Twilio knows the account")).dataset.good).toBe("true");
});

test("settings that were changed are sent alone, and secrets stay unless typed anew", async () => {
  const app = openChannel();
  expect(await screen.findByText("https://chat.example.com/channels/sms/1")).toBeTruthy();
  const token = await screen.findByPlaceholderText("Set; type to replace it");
  await app.user.type(token, "new");
  await app.user.click(screen.getByLabelText("Sends and receives"));
  await app.user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(app.server.asked("PATCH /v2/channels/:id")[0]?.body).toEqual({ enabled: false, settings: { auth_token: "new" } }));
});

test("a channel is disconnected after a question", async () => {
  const app = openChannel();
  app.server.on("DELETE /v2/channels/:id", () => undefined);
  await app.user.click(await screen.findByRole("button", { name: "Disconnect" }));
  await app.user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Disconnect" }));
  await waitFor(() => expect(app.router.state.location.pathname).toBe("/settings/channels"));
});
