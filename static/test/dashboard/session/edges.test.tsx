import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { tokenOf } from "../../../src/dashboard/session/token.js";
import { gateway, hold, inTurn, lost, refusals } from "../fake/answers.js";
import { press, put } from "../fake/hands.js";
import { open } from "../fake/open.js";
import { id, me, page } from "../fake/rows.js";
import { type FakeV2, Refusal } from "../fake/server.js";

afterEach(() => {
  location.hash = "";
  vi.restoreAllMocks();
});

const loggedIn = { user: me().user, account: { id: id("org", 1), name: "Example Shop" }, totp_enabled: false, expires_at: "2026-02-24T14:20:00.000000Z" };
const accounts = new Refusal(409, "conflict", "Which account?", { accounts: [{ id: id("org", 1), name: "Kiln" }, { id: id("org", 2), name: "Wheel" }] });
const code = new Refusal(401, "unauthorized", "A code is needed", { totp_required: true });
const wrong = new Refusal(401, "unauthorized", "Invalid e-mail or password");

/** A browser that nobody is logged in to; the tries to log in are answered in turn. */
const strange = (path: string, answers: unknown[] = [], prepare: (server: FakeV2) => void = () => undefined) =>
  open(path, (server) => {
    server.me = null;
    server.on("POST /v2/auth/login", inTurn(...answers, () => ((server.me = me()), loggedIn)));
    prepare(server);
  });
type App = ReturnType<typeof open>;

async function give(password = "long enough"): Promise<void> {
  await put("E-mail", "sarah@example.com");
  await put("Password", password);
  await press("Log in");
}
const told = async (): Promise<string | null> => (await screen.findByRole("alert")).textContent;
const tries = (app: App) => app.server.asked("POST /v2/auth/login").map(({ body }) => body);

test.each(Object.entries(refusals).filter(([kind]) => kind !== "conflict"))("a login that is %s says so, keeps what was typed, and may be tried again", async (_, [answer, words]) => {
  const app = strange("/login", [answer]);
  await give();
  expect(await told()).toBe(words);
  expect(screen.getByLabelText<HTMLInputElement>("E-mail").value).toBe("sarah@example.com");
  await press("Log in");
  await waitFor(() => expect(app.router.state.location.pathname).toBe("/inbox"));
});

test("an account that cannot be entered now says why, where it was chosen", async () => {
  const app = strange("/login", [accounts, refusals.limited[0]]);
  await give();
  await press("Wheel");
  expect(await told()).toBe(refusals.limited[1]);
  await press("Kiln");
  await waitFor(() => expect(app.router.state.location.pathname).toBe("/inbox"));
  expect(tries(app).map((body) => (body as { account?: string }).account)).toEqual([undefined, id("org", 2), id("org", 1)]);
});

test("one of several accounts is entered once, however often it is pressed", async () => {
  const app = strange("/login", [accounts]);
  await give();
  await screen.findByRole("button", { name: "Kiln" });
  const held = hold(app.server, "POST /v2/auth/login", () => ((app.server.me = me()), loggedIn));
  await app.user.dblClick(screen.getByRole("button", { name: "Kiln" }));
  await waitFor(() => expect(held.waiting).toBe(1));
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Wheel" }).disabled).toBe(true);
  held.release();
  await waitFor(() => expect(app.router.state.location.pathname).toBe("/inbox"));
});

test("account, then code: what was answered before goes along, and a wrong code asks for the code alone", async () => {
  const app = strange("/login", [accounts, code, code]);
  await give();
  await press("Wheel");
  for (const digits of ["000000", " 123456 "]) {
    await put("Code", digits);
    await press("Confirm");
    if (digits === "000000") expect(await told()).toBe("This code is not right.");
  }
  await waitFor(() => expect(app.router.state.location.pathname).toBe("/inbox"));
  const all = { email: "sarah@example.com", password: "long enough", account: id("org", 2) };
  expect(tries(app).slice(1)).toEqual([all, { ...all, totp: "000000" }, { ...all, totp: "123456" }]);
});

test("who goes back from the code begins anew, without the code and the account", async () => {
  const app = strange("/login", [code, wrong]);
  await give();
  await put("Code", "123456");
  await press("Back to log in");
  expect((await screen.findByLabelText<HTMLInputElement>("Password")).value).toBe("");
  await give("other");
  await screen.findByRole("alert");
  expect(tries(app)[1]).toEqual({ email: "sarah@example.com", password: "other" });
});

test("the cursor stands where the next answer goes, at every step", async () => {
  strange("/login", [code]);
  expect(await screen.findByLabelText("E-mail")).toBe(document.activeElement);
  await give();
  expect(await screen.findByLabelText("Code")).toBe(document.activeElement);
  expect(screen.getByLabelText("Code").getAttribute("autocomplete")).toBe("one-time-code");
});

test.each([
  ["//evil.example/x", "/app//evil.example/x"],
  ["https://evil.example", "/app/inbox"],
  ["/contacts?q=ada", "/app/contacts?q=ada"],
  ["javascript:alert(1)", "/app/inbox"],
])("who comes by a link to the login with %s is led to %s, and never elsewhere", async (next, path) => {
  const app = strange(`/login?next=${encodeURIComponent(next)}`);
  await give();
  await waitFor(() => expect(app.server.me).not.toBeNull());
  await waitFor(() => expect(app.router.history.location.href).toBe(path));
});

test("whoever was here before leaves nothing to see for the next one", async () => {
  const app = strange("/login", [], (server) => server.on("GET /v2/contacts", () => page([])));
  app.queries.setQueryData(["contacts", "one", "cnt_1"], { full_name: "Somebody else's" });
  await give();
  await waitFor(() => expect(app.router.state.location.pathname).toBe("/inbox"));
  expect(app.queries.getQueryData(["contacts", "one", "cnt_1"])).toBeUndefined();
});

test("a session that is over leads back to the very page and filter, and is told once", async () => {
  const app = open("/contacts?q=ada&status=blocked", (server) => server.on("POST /v2/auth/login", () => ((server.me = me()), loggedIn)));
  await screen.findByRole("heading", { name: "Contacts" });
  app.server.me = null;
  for (const list of ["contacts", "conversations/counts"]) app.server.on(`GET /v2/${list}`, () => (app.server.me ? page([]) : new Refusal(401, "unauthorized")));
  await app.queries.refetchQueries();
  expect(await told()).toContain("Your session is over");
  await give();
  await waitFor(() => expect(app.router.state.location.pathname).toBe("/contacts"));
  expect(app.router.state.location.search).toEqual({ q: "ada", status: "blocked" });
});

test("a server that is down at the beginning says so, and the page comes when it is back", async () => {
  const app = open("/settings/profile", (server) => server.on("GET /v2/me", inTurn(gateway, () => server.me)));
  const trouble = await screen.findByRole("alert");
  expect(within(trouble).getByText("Reference: req_proxy")).toBeTruthy();
  fireEvent.click(within(trouble).getByRole("button", { name: "Try again" }));
  expect(await screen.findByLabelText("Name")).toBeTruthy();
  expect(app.router.state.location.pathname).toBe("/settings/profile");
});

test("the single sign-on is offered where there is one, and a server that does not say offers the password", async () => {
  strange("/login", [], (server) => server.on("GET /v2/auth/methods", gateway));
  expect(await screen.findByRole("button", { name: "Log in" })).toBeTruthy();
  expect(screen.queryByRole("link", { name: "Continue with single sign-on" })).toBeNull();
});

test.each([
  ["#token=abc", "abc"],
  ["#a=b&token=a%2Bb", "a+b"],
  ["#token=", ""],
  ["", null],
  ["#", null],
])("the token of %j is %j", (hash, token) => expect(tokenOf(hash)).toBe(token));

/** A page that a link of a mail leads to. */
const byLink = (path: string, route: string, ...answers: unknown[]) => {
  location.hash = "#token=rst_1";
  return strange(path, [], (server) => server.on(route, inTurn(...answers)));
};

test("a password is set once, however often it is sent: the second answer does not spoil the first", async () => {
  const app = byLink("/reset", "POST /v2/auth/reset/confirm");
  const held = hold(app.server, "POST /v2/auth/reset/confirm", () => ({ ok: true }));
  const form = (await put("New password", "long enough")).closest("form") as HTMLFormElement;
  await press("Set the password");
  await waitFor(() => expect(held.waiting).toBe(1));
  await app.user.click(within(form).getByRole("button", { name: "Set the password" }));
  expect(held.waiting).toBe(1);
  held.release();
  expect((await screen.findByRole("status")).textContent).toBe("Your password is changed. Log in with it.");
  expect(screen.queryByLabelText("New password")).toBeNull();
});

test("a password that is too weak is told in the server's words, and another one is taken", async () => {
  byLink("/reset", "POST /v2/auth/reset/confirm", new Refusal(400, "invalid_input", "This password is known to everybody", { field: "password" }), lost, { ok: true });
  await put("New password", "password");
  for (const words of ["This password is known to everybody", refusals.cut[1]]) {
    await press("Set the password");
    await waitFor(() => expect(screen.getByRole("alert").textContent).toBe(words));
    await waitFor(() => expect(screen.getByRole("button", { name: "Set the password" }).hasAttribute("data-loading")).toBe(false));
  }
  await press("Set the password");
  expect((await screen.findByRole("status")).textContent).toContain("Your password is changed");
});

test("a mail that cannot be asked for now says so instead of promising one", async () => {
  const app = strange("/reset", [], (server) => server.on("POST /v2/auth/reset", inTurn(refusals.limited[0], undefined)));
  await put("E-mail", "sarah@example.com");
  await press("Send the link");
  expect(await told()).toBe(refusals.limited[1]);
  await waitFor(() => expect(screen.getByRole("button", { name: "Send the link" }).hasAttribute("data-loading")).toBe(false));
  await press("Send the link");
  expect((await screen.findByRole("status")).textContent).toBe("If somebody has this address, a mail is under way.");
  expect(app.server.asked("POST /v2/auth/reset")).toHaveLength(2);
});

test("somebody who is invited comes in once, under their own name or the one they were invited by", async () => {
  const app = byLink("/invitation", "POST /v2/auth/invitations/accept", new Refusal(400, "invalid_input", "Known to everybody", { field: "password" }), () => ((app.server.me = me()), loggedIn));
  await put("Your name", "   ");
  await put("Password", "password");
  await press("Join");
  expect(await told()).toBe("Known to everybody");
  await waitFor(() => expect(screen.getByRole("button", { name: "Join" }).hasAttribute("data-loading")).toBe(false));
  await put("Password", "long enough");
  const join = screen.getByRole("button", { name: "Join" });
  await app.user.dblClick(join);
  await waitFor(() => expect(app.router.state.location.pathname).toBe("/inbox"));
  expect(app.server.asked("POST /v2/auth/invitations/accept").map(({ body }) => body)).toEqual([
    { token: "rst_1", password: "password" },
    { token: "rst_1", password: "long enough" },
  ]);
});

test("an invitation that was taken back meanwhile says that another one is needed", async () => {
  byLink("/invitation", "POST /v2/auth/invitations/accept", new Refusal(400, "invalid_input", "No such invitation", { field: "token" }));
  await put("Password", "long enough");
  await press("Join");
  expect(await told()).toBe("This link is used or too old. Ask for another one.");
});

test("a logout that does not come through leaves one logged in, and says so", async () => {
  const app = open("/inbox", (server) => server.on("POST /v2/auth/logout", lost));
  await press(/Your account/);
  await app.user.click(await screen.findByRole("menuitem", { name: "Log out" }));
  await screen.findByText(refusals.cut[1]);
  expect(app.router.state.location.pathname).toBe("/inbox");
});
