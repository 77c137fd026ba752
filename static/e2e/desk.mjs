// An account that looks as after a morning's work, and agents at its dashboard.
import { until } from "./program.mjs";

const team = [
  { name: "Tom Becker", email: "tom@example.com", role: "agent" },
  { name: "Aiko Tanaka", email: "aiko@example.com", role: "agent" },
];
const labels = [
  { name: "billing", color: "#8b5cf6" },
  { name: "shipping", color: "#0ea5e9" },
  { name: "returns", color: "#f59e0b" },
  { name: "vip", color: "#ef4444" },
];
const canned = [
  { shortcut: "thanks", content: "Thank you for writing to us, {{name}}! We look into it right away." },
  { shortcut: "hours", content: "We are here Monday to Friday from 9 to 17 o'clock." },
];
const people = [
  ["Amelia Hart", "Is the breakfast bowl in rust still in stock?", "chat", ["shipping"], "normal"],
  ["Noah Lindqvist", "My parcel 10250 says delivered, but nothing is here.", "chat", ["shipping", "vip"], "urgent"],
  ["Mina Okafor", "Could you send the invoice to our new address?", "email", ["billing"], "normal"],
  ["ليلى حداد", "مرحبًا! هل يمكن تغليف الوعاء كهدية؟", "chat", [], "normal"],
  ["Jonas Weber", "The vase arrived with a crack along the rim.", "chat", ["returns"], "high"],
  ["Sofia Rossi", "Do you ship to Italy?", "whatsapp", ["shipping"], "normal"],
  ["Kenji Mori", "領収書を再発行していただけますか？", "email", ["billing"], "low"],
  ["Priya Nair", "I would like to change the colour of my order.", "chat", [], "normal"],
  ["Lucas Martin", "How long does the glaze last in a dishwasher?", "chat", [], "normal"],
  ["Hannah Cole", "Thank you, that was quick!", "chat", ["vip"], "normal"],
];

/** Calls to `/v2` with the live key. */
export function callerOf({ address, credentials }) {
  return async (method, path, body) => {
    const headers = { "X-API-Key": credentials.live_key, ...(body ? { "Content-Type": "application/json" } : {}) };
    const response = await fetch(`${address}/v2${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? null : response.json();
  };
}

/** A customer's message from some channel. */
export const write = (call, name, content, channel = "chat") =>
  call("POST", "/conversations/inbound", { channel, content, contact: { name, email: `${encodeURIComponent(name).replace(/%|\W/g, "").toLowerCase().slice(0, 40)}@example.com` } });

/** Fills the account; gives the conversations, the newest last. */
export async function furnish(program) {
  const call = callerOf(program);
  await call("PATCH", "/me", { name: "Sarah Johnson" });
  const users = [];
  for (const user of team) users.push(await call("POST", "/users", user));
  for (const label of labels) await call("POST", "/labels", label);
  for (const reply of canned) await call("POST", "/canned", reply);
  await call("POST", "/knowledge", { title: "Returns", content: "You can send anything back within 30 days." });
  for (const [name, text, channel] of people) await write(call, name, text, channel);
  const { data } = await call("GET", "/conversations?limit=100&sort=created_at:asc");
  for (const [i, conversation] of data.entries()) {
    const [, , , names, priority] = people[i];
    if (names.length) await call("POST", `/conversation/${conversation.id}/label`, { labels: names, action: "add" });
    if (priority !== "normal") await call("PATCH", `/conversation/${conversation.id}`, { priority });
  }
  const [amelia, noah, mina, , jonas, , , , , hannah] = data;
  await converse(call, amelia.id);
  await call("POST", `/conversation/${noah.id}/assign`, { assigned_to: (await call("GET", "/me")).user.id });
  await call("POST", `/conversation/${mina.id}/assign`, { assigned_to: users[0].id });
  await call("POST", `/conversation/${jonas.id}/message`, { content: "Please look at the photo, @Sarah Johnson: is that from the kiln?", internal: true });
  await call("POST", `/conversation/${hannah.id}/resolve`, { resolution_reason: "issue_resolved" });
  return { call, conversations: data, users };
}

async function converse(call, id) {
  await call("POST", `/conversation/${id}/message`, { content: "Hi Amelia! It is: **six are left** from this firing.\n\n- Rust, 14 cm\n- Dishwasher safe" });
  await write(call, "Amelia Hart", "Wonderful. Two of them, please. Could you wrap one as a gift?");
  await call("POST", `/conversation/${id}/message`, { content: "She ordered in March, too. Wrap it in the wool felt, it costs nothing.", internal: true });
  await call("POST", `/conversation/${id}/message`, { content: "With pleasure. We use wool felt and a linen band: https://example.com/wrapping" });
  await write(call, "Amelia Hart", "Perfect, thank you! I'll order tonight.");
}

/** A browser in which somebody is logged in. */
export async function sit(browser, program, { email, password, language = "en", path = "/app", ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: language, ...options });
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && !/status of 4\d\d|ERR_INTERNET|WebSocket/.test(message.text()) && errors.push(message.text()));
  const credentials = { email: email ?? program.credentials.email, password: password ?? program.credentials.password };
  const answer = await context.request.post(`${program.address}/v2/auth/login`, { data: credentials, headers: { Origin: program.address } });
  if (!answer.ok()) throw new Error(`login: ${answer.status()} ${await answer.text()}`);
  await page.goto(program.address + path);
  await page.locator("#content, [data-conversation]").first().waitFor();
  return { page, context, errors, leave: () => context.close() };
}

/** Invites somebody and takes the invitation up; gives what they log in with. */
export async function hire(program, { name, email }) {
  const { accept_url: link } = await callerOf(program)("POST", "/auth/invitations", { name, email, role: "agent" });
  const password = "a much longer passphrase";
  const token = new URL(link).hash.replace("#token=", "");
  const response = await fetch(`${program.address}/v2/auth/invitations/accept`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token, name, password }) });
  await until("the invitation is taken up", () => response.ok);
  return { name, email, password };
}
