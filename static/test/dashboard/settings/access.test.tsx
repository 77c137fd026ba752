import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { browserOf } from "../../../src/dashboard/settings/SecurityTab.js";
import { fieldName } from "../../../src/dashboard/sites/Prechat.js";
import { seeded } from "../../fake/random.js";
import { hold, inTurn } from "../fake/answers.js";
import { backAt, dialog, press, put, said } from "../fake/hands.js";
import { open } from "../fake/open.js";
import { agentMe, apiKey, session, site, webhook } from "../fake/pages.js";
import { id, me, page, user } from "../fake/rows.js";
import { type FakeV2, Refusal } from "../fake/server.js";

const at = "2026-01-25T14:20:00.000000Z";
const label = (n: number, name = `label ${n}`) => ({ id: id("lbl", n), name, color: "#0a6a57", created_at: at, updated_at: at });
const focused = () => document.activeElement as HTMLElement;
const named = (name: string) => waitFor(() => expect(focused().getAttribute("aria-label")).toBe(name));

/** The labels of an account, which change as they are told to. */
function labels(...names: string[]) {
  let rows = names.map((name, i) => label(i + 1, name));
  return open("/settings/labels", (server) => {
    server.on("GET /v2/labels", () => page(rows));
    server.on("POST /v2/labels", ({ body }) => (rows = [...rows, { ...label(rows.length + 1), ...(body as object) }]).at(-1));
    server.on("PATCH /v2/labels/:id", ({ params, body }) => (rows = rows.map((row) => (row.id === params.id ? { ...row, ...(body as object) } : row)))[0]);
    server.on("DELETE /v2/labels/:id", ({ params }) => ((rows = rows.filter((row) => row.id !== params.id)), undefined));
  });
}

test("labels are made one after the other by the keyboard alone", async () => {
  const app = labels();
  const field = await screen.findByLabelText("Name of the label");
  expect(focused()).not.toBe(field);
  await app.user.click(field);
  for (const name of ["vip", "return"]) {
    await app.user.keyboard(`${name}{Enter}`);
    await screen.findByText(name);
    await waitFor(() => expect([focused().getAttribute("aria-label"), (focused() as HTMLInputElement).value]).toEqual(["Name of the label", ""]));
  }
  expect(app.server.asked("POST /v2/labels").map(({ body }) => (body as { name: string }).name)).toEqual(["vip", "return"]);
});

test.each([
  ["Save", "vips"],
  ["Cancel", "vip"],
])("a label is changed where it stands: the focus goes into its name, and after %s back to where it came from", async (word, name) => {
  const app = labels("vip", "return");
  (await screen.findByRole("button", { name: "Edit: vip" })).focus();
  await app.user.keyboard("{Enter}");
  const field = await screen.findByDisplayValue("vip");
  await waitFor(() => expect(focused()).toBe(field));
  await app.user.keyboard("{End}s");
  await app.user.click(within(field.closest("form") as HTMLElement).getByRole("button", { name: word }));
  await screen.findByText(name);
  await named(`Edit: ${name}`);
});

test("a label that is refused while it is changed stays open, with the focus and the words where they were", async () => {
  const app = labels("vip", "return");
  app.server.on("PATCH /v2/labels/:id", () => new Refusal(409, "conflict", "There is one already", { field: "name" }));
  await press("Edit: vip");
  const field = await screen.findByDisplayValue("vip");
  fireEvent.change(field, { target: { value: "return" } });
  await app.user.keyboard("{Enter}");
  expect(await screen.findByText("There is one already")).toBeTruthy();
  expect([focused(), field.getAttribute("aria-invalid")]).toEqual([field, "true"]);
});

test("of several rows each act says of which it is", async () => {
  labels("vip", "return");
  await screen.findByText("vip");
  const names = within(screen.getByRole("list", { name: "Labels" })).getAllByRole("button").map((one) => one.getAttribute("aria-label"));
  expect(names).toEqual(["Edit: vip", "Delete: vip", "Edit: return", "Delete: return"]);
});

/** Everything on a page that can be acted on, with what it is called. */
const nameless = () =>
  [...document.querySelectorAll<HTMLElement>("main button, main a, main input, main textarea, main [role=radio]")]
    .filter((one) => one.getAttribute("type") !== "hidden" && !one.closest('[aria-hidden="true"]'))
    .filter((one) => {
      const labelled = (one.getAttribute("aria-labelledby") ?? "").split(" ").some((ref) => document.getElementById(ref)?.textContent);
      return !one.textContent?.trim() && !one.getAttribute("aria-label") && !labelled && !document.querySelector(`label[for="${one.id}"]`) && !one.closest("label");
    })
    .map((one) => one.outerHTML.slice(0, 120));

test.each(["profile", "notices", "security", "general", "team", "canned", "labels", "sites", "channels", "assistants", "keys", "webhooks", `sites/${id("site", 1)}`, `webhooks/${id("wh", 1)}`])("settings/%s: whatever can be acted on has a name, headings leave out no level, and one tab is the current one", async (tab) => {
  const canned = { id: id("can", 1), shortcut: "hi", content: "Hello", created_at: at, updated_at: at };
  open(`/settings/${tab}`, (server) => {
    server.users = [user(), user({ id: id("usr", 2), name: "Tom", role: "agent" })];
    for (const [list, row] of [["labels", label(1)], ["canned", canned], ["sites", site(1)], ["keys", apiKey(1)], ["webhooks", webhook(1)], ["auth/sessions", session(2)]] as const) server.on(`GET /v2/${list}`, () => page([row]));
    server.on("GET /v2/sites/:id", () => site(1, { office_hours: { ...site().office_hours, enabled: true, holidays: ["2026-12-25"] }, prechat: { fields: [{ name: "order", label: "Order", type: "text", required: false }] } }));
    server.on("GET /v2/webhooks/:id", () => webhook(1));
    server.on("GET /v2/webhooks/:id/deliveries", () => page([]));
    server.on("GET /v2/channels/kinds", () => ({ data: [] }));
    server.on("GET /api/assistants", () => []);
  });
  await waitFor(() => expect(document.querySelector("main h2")).not.toBeNull());
  await waitFor(() => expect(document.querySelector('main [role="status"][aria-label="Loading"]')).toBeNull());
  expect(nameless()).toEqual([]);
  const levels = [...document.querySelectorAll("main h1, main h2, main h3, main h4")].map(({ tagName }) => Number(tagName[1]));
  expect(levels[0]).toBe(1);
  for (const [i, level] of levels.entries()) expect(level - (levels[i - 1] ?? 1), `${levels}`).toBeLessThanOrEqual(1);
  expect(document.querySelectorAll('nav[aria-label="Settings"] [aria-current="page"]')).toHaveLength(1);
});

const team = (prepare: (server: FakeV2) => void = () => undefined) =>
  open("/settings/team", (server) => {
    server.users = [user(), user({ id: id("usr", 2), name: "Tom", email: "tom@example.com", role: "agent", disabled: true })];
    prepare(server);
  });

test("a member's menu is gone through by the keyboard, and the focus is back at it after each act", async () => {
  const app = team((server) => server.on("PATCH /v2/users/:id", ({ body }) => ({ ...server.users[1], ...(body as object) })));
  const opener = await screen.findByRole("button", { name: "Change Tom" });
  opener.focus();
  await app.user.keyboard("{Enter}");
  await screen.findByRole("menuitem", { name: "Make Owner" });
  const lines = screen.getAllByRole("menuitem").map(({ textContent }) => textContent);
  expect(lines).toEqual(["Make Owner", "Make Admin", "Enable again"]);
  await app.user.keyboard("{Escape}");
  await waitFor(() => expect(focused()).toBe(opener));
  await app.user.keyboard("{Enter}");
  await screen.findByRole("menuitem", { name: "Enable again" });
  for (const line of lines) {
    await waitFor(() => expect(focused().textContent).toBe(line));
    if (line !== lines.at(-1)) await app.user.keyboard("{ArrowDown}");
  }
  await app.user.keyboard("{Enter}");
  // What takes nothing away is not asked about.
  await waitFor(() => expect(app.server.asked("PATCH /v2/users/:id")[0]?.body).toEqual({ disabled: false }));
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("an admin invites no owner and makes none", async () => {
  const app = team((server) => (server.me = me({ user: user({ id: id("usr", 9), role: "admin" }) })));
  await app.user.click(await screen.findByRole("button", { name: "Change Tom" }));
  expect((await screen.findAllByRole("menuitem")).map(({ textContent }) => textContent)).toEqual(["Make Admin", "Enable again"]);
  await app.user.keyboard("{Escape}");
  await press("Invite somebody");
  const box = within(await dialog());
  await app.user.click(box.getByRole("combobox", { name: "Role", hidden: true }));
  expect((await screen.findAllByRole("option", { hidden: true })).map(({ textContent }) => textContent)).toEqual(["Admin", "Agent"]);
});

test("an invitation that is closed half-way begins empty the next time", async () => {
  const app = team();
  const opener = await screen.findByRole("button", { name: "Invite somebody" });
  await app.user.click(opener);
  await put("Name", "Aiko", within(await dialog()));
  await app.user.keyboard("{Escape}");
  await backAt(opener);
  await app.user.click(opener);
  expect(within(await dialog()).getByLabelText<HTMLInputElement>("Name").value).toBe("");
});

test("recovery codes are told at once, copied in one go, and gone when the factor is", async () => {
  const app = open("/settings/security", (server) => {
    server.on("GET /v2/auth/sessions", () => page([session(1)]));
    server.on("POST /v2/auth/totp/setup", () => ({ secret: "JBSWY3DP", url: "otpauth://totp/a", setup: "stp_1" }));
    server.on("POST /v2/auth/totp/confirm", () => ((server.me = me({ totp_enabled: true })), { recovery_codes: ["k2f9-x7qd", "w5nc-4vye"] }));
    server.on("POST /v2/auth/totp/disable", inTurn(new Refusal(400, "invalid_input", "The password is wrong", { field: "password" }), () => ((server.me = me()), { ok: true })));
  });
  const write = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
  await press("Set up");
  await put("Code", " 123456 ");
  await press("Turn on");
  await said(/Keep these codes/);
  await press("Copy: Recovery codes");
  expect(write).toHaveBeenCalledWith("k2f9-x7qd\nw5nc-4vye");
  expect(app.server.asked("POST /v2/auth/totp/confirm")[0]?.body).toEqual({ setup: "stp_1", code: "123456" });
  const off = await screen.findByRole("button", { name: "Turn off" });
  await put("Current password", "wrong", within(off.closest("form") as HTMLElement));
  await press("Turn off");
  expect(await screen.findByText("The password is wrong")).toBeTruthy();
  expect(screen.getByText("k2f9-x7qd")).toBeTruthy();
  await press("Turn off");
  await said("The second factor is off");
  // They open nothing any more.
  await waitFor(() => expect(screen.queryByText("k2f9-x7qd")).toBeNull());
});

test("a password is long enough by its signs, not by its bytes or halves", async () => {
  open("/settings/security", (server) => server.on("GET /v2/auth/sessions", () => page([session(1)])));
  await put("Current password", "x");
  const button = () => screen.getByRole<HTMLButtonElement>("button", { name: "Change password", hidden: true });
  for (const [password, good] of [["🥣🥣🥣🥣", false], ["1234567", false], ["🥣🥣🥣🥣🥣🥣🥣🥣", true], ["        ", true]] as const) {
    await put("New password", password);
    expect(button().disabled, password).toBe(!good);
  }
});

test("one of one's sessions that is ended takes only itself along, and its button cannot be pressed twice", async () => {
  let rows = [session(1), session(2, { user_agent: "Firefox/1 Android" }), session(3, { user_agent: "curl/8.1" })];
  const app = open("/settings/security", (server) => server.on("GET /v2/auth/sessions", () => page(rows)));
  const held = hold(app.server, "DELETE /v2/auth/sessions/:id", ({ params }) => ((rows = rows.filter((row) => row.id !== params.id)), undefined));
  const end = await screen.findByRole("button", { name: "Log out: Firefox · Android" });
  await app.user.dblClick(end);
  expect(held.waiting).toBe(1);
  held.release();
  await waitFor(() => expect(screen.queryByText("Firefox · Android")).toBeNull());
  expect(screen.getByText("curl/8.1")).toBeTruthy();
});

test.each([
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 CriOS/140.0 Mobile/15E148 Safari/604.1", "Chrome · iOS"],
  ["Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605 FxiOS/140.0 Mobile Safari/605", "Firefox · iOS"],
  ["Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36 EdgA/140.0", "Edge · Android"],
  ["Mozilla/5.0 (Linux; Android 15; SM-S921B) SamsungBrowser/28.0 Chrome/130.0 Mobile Safari/537.36", "Samsung Internet · Android"],
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 OPR/120.0", "Opera · Windows"],
  ["Mozilla/5.0 (X11; CrOS x86_64 16093) Chrome/140.0 Safari/537.36", "Chrome · ChromeOS"],
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", "Safari · macOS"],
  ["", ""],
  ["x".repeat(200), "x".repeat(60)],
])("the browser of %s is called %s", (agent, name) => expect(browserOf(agent)).toBe(name));

test("what any question is called becomes a name that the server takes, and that no other has", () => {
  const random = seeded(40);
  const signs = ["a", "Z", "9", " ", "-", "_", "é", "ß", "単", "🥣", "order", "2nd "];
  const names: string[] = [];
  for (let n = 0; n < 600; n++) {
    const label = Array.from({ length: Math.floor(random() * 12) }, () => signs[Math.floor(random() * signs.length)]).join("");
    const name = fieldName(label, names);
    // The server's own rule for it.
    expect(name, label).toMatch(/^[a-z][a-z0-9_]{0,39}$/);
    expect(names).not.toContain(name);
    names.push(name);
  }
  expect([fieldName("Order number", []), fieldName("2nd order", ["f_2nd_order"]), fieldName("単", ["field"])]).toEqual(["order_number", "f_2nd_order_2", "field_2"]);
});

test("an agent reads what they may and is offered nothing else in the palette of the page", async () => {
  open("/settings/canned", (server) => {
    server.me = agentMe();
    server.on("GET /v2/canned", () => page([{ id: id("can", 1), shortcut: "hi", content: "<b>Hello</b>", created_at: at, updated_at: at }]));
  });
  expect((await screen.findByText("<b>Hello</b>")).getAttribute("dir")).toBe("auto");
  expect(screen.queryByRole("link", { name: "Team" })).toBeNull();
});
