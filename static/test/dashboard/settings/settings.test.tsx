import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { browserOf } from "../../../src/dashboard/settings/SecurityTab.js";
import { zones } from "../../../src/dashboard/settings/zones.js";
import { agentMe, session } from "../fake/pages.js";
import { open } from "../fake/open.js";
import { account, id, me, page, user } from "../fake/rows.js";
import { Refusal } from "../fake/server.js";

const tabNames = async (): Promise<string[]> => within(await screen.findByRole("navigation", { name: "Settings" })).getAllByRole("link").map((link) => link.textContent ?? "");

test("an owner sees every tab", async () => {
  open("/settings");
  expect(await tabNames()).toEqual(["Profile", "E-mail notices", "Security", "General", "Sites and widget", "Team", "Channels", "Assistants", "Canned replies", "Labels", "API keys", "Webhooks"]);
});

test("an agent sees those that concern agents, and no heading of an empty group", async () => {
  open("/settings", (server) => (server.me = agentMe()));
  expect(await tabNames()).toEqual(["Profile", "E-mail notices", "Security", "Canned replies", "Labels"]);
  expect(screen.queryByText("Developers")).toBeNull();
});

test("the tab that is open is brought into sight, in a strip that is wider than a phone", async () => {
  const shown = vi.spyOn(Element.prototype, "scrollIntoView");
  open("/settings/labels");
  await tabNames();
  await waitFor(() => expect(shown.mock.contexts.map((tab) => (tab as Element).textContent)).toContain("Labels"));
});

test.each(["keys", "webhooks", "team", "sites", "channels", "assistants", "general", `sites/${id("site", 1)}`])("an agent at /settings/%s is led to the profile", async (tab) => {
  const app = open(`/settings/${tab}`, (server) => (server.me = agentMe()));
  await screen.findByRole("heading", { name: "Profile" });
  expect(app.router.state.location.pathname).toBe("/settings/profile");
});

test("one's own name is changed, everywhere at once", async () => {
  const app = open("/settings/profile", (server) => server.on("PATCH /v2/me", ({ body }) => (server.me = { ...me(), user: user(body as object) }).user));
  const name = await screen.findByLabelText("Name");
  await app.user.clear(name);
  await app.user.type(name, "Sarah J.");
  await app.user.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByRole("button", { name: "Your account: Sarah J." })).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Save" })).toBeNull();
});

test("changes are let go of", async () => {
  const app = open("/settings/profile");
  const name = (await screen.findByLabelText("Name")) as HTMLInputElement;
  await app.user.type(name, "!");
  await app.user.click(screen.getByRole("button", { name: "Discard" }));
  expect(name.value).toBe("Sarah Johnson");
  expect(screen.queryByText("There are unsaved changes")).toBeNull();
});

test("letters are chosen, and without mail the page says so", async () => {
  const app = open("/settings/notices", (server) => {
    server.on("GET /v2/auth/methods", () => ({ password: true, oidc: false, mail: false }));
    server.on("PATCH /v2/me", ({ body }) => ({ ...user(), notices: { ...user().notices, ...(body as { notices: object }).notices } }));
  });
  expect(await screen.findByText(/no mail set up/)).toBeTruthy();
  await app.user.click(screen.getByLabelText("A note mentions me"));
  fireEvent.change(screen.getByLabelText("A customer waits this many minutes"), { target: { value: "15" } });
  await app.user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(app.server.asked("PATCH /v2/me")[0]?.body).toEqual({ notices: { mentioned: true, waiting_minutes: 15 } }));
});

test("the account gets a name and a zone", async () => {
  let row = account();
  const app = open("/settings/general", (server) => {
    server.on("GET /v2/account", () => row);
    server.on("PATCH /v2/account", ({ body }) => (row = { ...row, ...(body as object) }));
  });
  await app.user.type(await screen.findByLabelText("Account name"), " Ltd");
  await app.user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(app.server.asked("PATCH /v2/account")[0]?.body).toEqual({ name: "Example Shop Ltd" }));
  expect(screen.getByText(row.id)).toBeTruthy();
});

test("zones hold the given one, and each once", () => {
  const all = zones("Mars/Olympus");
  expect(all).toContain("Mars/Olympus");
  expect(all).toContain("Europe/Vienna");
  expect(new Set(all).size).toBe(all.length);
});

test("a wrong password is said at its field, a right one changes it", async () => {
  const app = open("/settings/security", (server) => {
    server.on("GET /v2/auth/sessions", () => page([session(1)]));
    server.on("POST /v2/auth/password", ({ body }) => ((body as { current: string }).current === "right" ? { ok: true } : new Refusal(400, "invalid_input", "The password is wrong", { field: "current" })));
  });
  const current = await screen.findByLabelText("Current password");
  await app.user.type(current, "wrong");
  await app.user.type(screen.getByLabelText("New password"), "long enough");
  await app.user.click(screen.getByRole("button", { name: "Change password" }));
  expect(await screen.findByText("The password is wrong")).toBeTruthy();
  await app.user.clear(current);
  await app.user.type(current, "right");
  await app.user.click(screen.getByRole("button", { name: "Change password" }));
  expect(await screen.findByText("Your password is changed")).toBeTruthy();
  expect((current as HTMLInputElement).value).toBe("");
});

test("sessions are listed, and ended one by one or all others", async () => {
  const app = open("/settings/security", (server) => {
    server.on("GET /v2/auth/sessions", () => page([session(1), session(2, { user_agent: "Mozilla/5.0 (iPhone) Version/18 Safari/605" })]));
    server.on("DELETE /v2/auth/sessions/:id", () => undefined);
    server.on("DELETE /v2/auth/sessions", () => undefined);
  });
  const list = await screen.findByRole("list", { name: "Where you are logged in" });
  expect(within(list).getByText("This browser")).toBeTruthy();
  await app.user.click(within(list).getByRole("button", { name: "Log out: Safari · iOS" }));
  await waitFor(() => expect(app.server.asked("DELETE /v2/auth/sessions/:id")[0]?.path).toContain(id("ses", 2)));
  await app.user.click(screen.getByRole("button", { name: "Log out everywhere else" }));
  expect(await screen.findByText("Your other sessions are over")).toBeTruthy();
});

test("browsers are called by name", () => {
  expect(browserOf(session().user_agent)).toBe("Firefox · Linux");
  expect(browserOf("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537 Edg/140")).toBe("Edge · Windows");
  expect(browserOf("curl/8")).toBe("curl/8");
});

test("a second factor is set up with a picture, a code and codes to keep", async () => {
  const app = open("/settings/security", (server) => {
    server.on("GET /v2/auth/sessions", () => page([session(1)]));
    server.on("POST /v2/auth/totp/setup", () => ({ secret: "JBSWY3DP", url: "otpauth://totp/Parley:sarah?secret=JBSWY3DP", setup: "stp_1" }));
    server.on("POST /v2/auth/totp/confirm", ({ body }) => {
      if ((body as { code: string }).code !== "123456") return new Refusal(400, "invalid_input", "This code is wrong", { field: "code" });
      server.me = me({ totp_enabled: true });
      return { recovery_codes: ["k2f9-x7qd", "w5nc-4vye"] };
    });
  });
  await app.user.click(await screen.findByRole("button", { name: "Set up" }));
  expect(await screen.findByRole("img", { name: "QR code" })).toBeTruthy();
  await app.user.type(screen.getByLabelText("Code"), "000000");
  await app.user.click(screen.getByRole("button", { name: "Turn on" }));
  expect(await screen.findByText("This code is wrong")).toBeTruthy();
  await app.user.clear(screen.getByLabelText("Code"));
  await app.user.type(screen.getByLabelText("Code"), "123456");
  await app.user.click(screen.getByRole("button", { name: "Turn on" }));
  expect(within(await screen.findByRole("list", { name: "Recovery codes" })).getAllByRole("listitem")).toHaveLength(2);
  expect(await screen.findByText("On")).toBeTruthy();
});

test("a second factor is taken away with the password", async () => {
  const app = open("/settings/security", (server) => {
    server.me = me({ totp_enabled: true });
    server.on("GET /v2/auth/sessions", () => page([session(1)]));
    server.on("POST /v2/auth/totp/disable", () => {
      server.me = me();
      return { ok: true };
    });
  });
  const off = await screen.findByRole("button", { name: "Turn off" });
  await app.user.type(within(off.closest("form") as HTMLElement).getByLabelText("Current password"), "right");
  await app.user.click(off);
  expect(await screen.findByRole("button", { name: "Set up" })).toBeTruthy();
  expect(app.server.asked("POST /v2/auth/totp/disable")[0]?.body).toEqual({ password: "right" });
});

const team = [user(), user({ id: id("usr", 2), name: "Tom Becker", email: "tom@example.com", role: "agent" }), user({ id: id("usr", 3), name: "Old Owner", email: "old@example.com" })];

test("somebody is invited, and without mail the link is there to pass on", async () => {
  const app = open("/settings/team", (server) => {
    server.users = team;
    server.on("POST /v2/auth/invitations", ({ body }) => ({ user: user(body as object), expires_at: "2026-01-27T09:00:00.000000Z", accept_url: "https://chat.example.com/app/invitation#token=inv_1" }));
  });
  await app.user.click(await screen.findByRole("button", { name: "Invite somebody" }));
  const dialog = await screen.findByRole("dialog");
  await app.user.type(within(dialog).getByLabelText("Name"), "Aiko");
  await app.user.type(within(dialog).getByLabelText("E-mail"), "aiko@example.com");
  await app.user.click(within(dialog).getByRole("combobox", { name: "Role" }));
  await app.user.click(await screen.findByRole("option", { name: "Admin" }));
  await app.user.click(within(dialog).getByRole("button", { name: "Send invitation" }));
  expect(await screen.findByText("https://chat.example.com/app/invitation#token=inv_1")).toBeTruthy();
  expect(app.server.asked("POST /v2/auth/invitations")[0]?.body).toEqual({ name: "Aiko", email: "aiko@example.com", role: "admin" });
});

test("roles change, and somebody is disabled after a question", async () => {
  const app = open("/settings/team", (server) => {
    server.users = team;
    server.on("PATCH /v2/users/:id", ({ body }) => ({ ...team[1], ...(body as object) }));
  });
  await app.user.click(await screen.findByRole("button", { name: "Change Tom Becker" }));
  await app.user.click(await screen.findByRole("menuitem", { name: "Make Admin" }));
  await waitFor(() => expect(app.server.asked("PATCH /v2/users/:id")[0]?.body).toEqual({ role: "admin" }));
  await app.user.click(screen.getByRole("button", { name: "Change Tom Becker" }));
  await app.user.click(await screen.findByRole("menuitem", { name: "Disable" }));
  await app.user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Disable" }));
  await waitFor(() => expect(app.server.asked("PATCH /v2/users/:id")[1]?.body).toEqual({ disabled: true }));
});

test("nobody changes themselves, and admins no owners", async () => {
  open("/settings/team", (server) => {
    server.me = me({ user: user({ id: id("usr", 4), role: "admin" }) });
    server.users = [...team, user({ id: id("usr", 4), name: "Ada Admin", role: "admin" })];
  });
  await screen.findByRole("button", { name: "Change Tom Becker" });
  expect(screen.queryByRole("button", { name: "Change Old Owner" })).toBeNull();
  expect(screen.queryByRole("button", { name: "Change Ada Admin" })).toBeNull();
});

const label = { id: id("lbl", 1), name: "urgent", color: "#d93025", created_at: "2026-01-20T09:00:00.000000Z" };

test("labels are made, renamed and deleted", async () => {
  const app = open("/settings/labels", (server) => {
    server.on("GET /v2/labels", () => page([label]));
    server.on("POST /v2/labels", () => label);
    server.on("PATCH /v2/labels/:id", () => label);
    server.on("DELETE /v2/labels/:id", () => undefined);
  });
  await app.user.type(await screen.findByLabelText("Name of the label"), "vip");
  await app.user.click(screen.getByRole("button", { name: "Add label" }));
  await waitFor(() => expect(app.server.asked("POST /v2/labels")[0]?.body).toEqual({ name: "vip", color: "#0a6a57" }));
  await app.user.click(await screen.findByRole("button", { name: "Edit: urgent" }));
  const [, field] = screen.getAllByLabelText("Name of the label");
  await app.user.type(field as HTMLElement, "!");
  await app.user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(app.server.asked("PATCH /v2/labels/:id")[0]?.body).toEqual({ name: "urgent!", color: "#d93025" }));
  await app.user.click(await screen.findByRole("button", { name: "Delete: urgent" }));
  await app.user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Delete" }));
  await waitFor(() => expect(app.server.asked("DELETE /v2/labels/:id")).toHaveLength(1));
});

test("a label that is there already is said at its name", async () => {
  const app = open("/settings/labels", (server) => server.on("POST /v2/labels", () => new Refusal(409, "conflict", "There is such a label", { field: "name" })));
  await app.user.type(await screen.findByLabelText("Name of the label"), "vip{Enter}");
  expect(await screen.findByText("There is such a label")).toBeTruthy();
});

const canned = { id: id("can", 1), shortcut: "thanks", content: "Thank you!", created_at: label.created_at, updated_at: label.created_at };

test("canned replies are found, written, changed and deleted", async () => {
  const app = open("/settings/canned", (server) => {
    server.on("GET /v2/canned", ({ query }) => page(query.get("search") === "none" ? [] : [canned]));
    server.on("POST /v2/canned", () => canned);
    server.on("PATCH /v2/canned/:id", () => canned);
    server.on("DELETE /v2/canned/:id", () => undefined);
  });
  await app.user.click(await screen.findByRole("button", { name: "New canned reply" }));
  await app.user.type(await screen.findByLabelText(/Shortcut/), "hours");
  await app.user.type(screen.getByLabelText("Text"), "9 to 17");
  await app.user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(app.server.asked("POST /v2/canned")[0]?.body).toEqual({ shortcut: "hours", content: "9 to 17" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  await app.user.click(await screen.findByRole("button", { name: "Edit: thanks" }));
  await app.user.type(await screen.findByLabelText("Text"), "!");
  await app.user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(app.server.asked("PATCH /v2/canned/:id")[0]?.body).toEqual({ shortcut: "thanks", content: "Thank you!!" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  await app.user.click(screen.getByRole("button", { name: "Delete: thanks" }));
  await app.user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Delete" }));
  await waitFor(() => expect(app.server.asked("DELETE /v2/canned/:id")).toHaveLength(1));
  await app.user.type(screen.getByRole("searchbox"), "none");
  expect(await screen.findByText("No canned replies")).toBeTruthy();
});

test("the name of a label that was refused stays to be mended", async () => {
  const app = open("/settings/labels", (server) => server.on("POST /v2/labels", () => new Refusal(409, "conflict", "Taken", { field: "name" })));
  const name = await screen.findByLabelText<HTMLInputElement>("Name of the label");
  await app.user.type(name, "vip");
  await app.user.click(screen.getByRole("button", { name: "Add label" }));
  await screen.findByText("Taken");
  expect(screen.getByLabelText<HTMLInputElement>("Name of the label").value).toBe("vip");
});
