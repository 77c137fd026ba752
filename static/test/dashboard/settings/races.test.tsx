import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { asking, askToLeave } from "../../../src/dashboard/ui/unsaved.js";
import { hold, inTurn } from "../fake/answers.js";
import { dialog, press, put, said } from "../fake/hands.js";
import { open } from "../fake/open.js";
import { article, assistant, channel, contact, kind, session, site, webhook } from "../fake/pages.js";
import { account, id, me, page, user } from "../fake/rows.js";
import { type FakeV2, Refusal } from "../fake/server.js";

/** A row on a server: read at one address, and changed there; the changes stay. */
function keeps(server: FakeV2, read: string, row: object) {
  const store = { row: row as Record<string, unknown> };
  server.on(`GET ${read}`, () => store.row);
  return (body: unknown) => (store.row = { ...store.row, ...(body as object), version: `${String(store.row.version)}'` });
}

/** A form of the dashboard: where it is, one of its fields, what is in it at first and how it goes to the server. */
interface Form {
  path: string;
  field: string | RegExp;
  first: string;
  patch: string;
  save?: string;
  name: string;
  serve: (server: FakeV2) => (body: unknown) => unknown;
}

const forms: Form[] = [
  {
    path: "/settings/profile",
    field: "Name",
    first: "Sarah Johnson",
    patch: "PATCH /v2/me",
    name: "name",
    serve: (server) => (body) => {
      server.me = me({ user: user({ ...server.me?.user, ...(body as object) }) });
      return server.me.user;
    },
  },
  { path: "/settings/general", field: "Account name", first: "Example Shop", patch: "PATCH /v2/account", name: "name", serve: (server) => keeps(server, "/v2/account", account()) },
  {
    path: `/settings/sites/${id("site", 1)}`,
    field: "Greeting",
    first: "Hi there!",
    patch: "PATCH /v2/sites/:id",
    name: "greeting",
    serve: (server) => (server.on("GET /api/assistants", () => []), keeps(server, "/v2/sites/:id", site(1))),
  },
  {
    path: `/settings/webhooks/${id("wh", 1)}`,
    field: "Address",
    first: "https://shop.example/hooks/1",
    patch: "PATCH /v2/webhooks/:id",
    name: "url",
    serve: (server) => (server.on("GET /v2/webhooks/:id/deliveries", () => page([])), keeps(server, "/v2/webhooks/:id", webhook(1))),
  },
  {
    path: `/settings/channels/${id("chn", 1)}`,
    field: "Name",
    first: "Support number",
    patch: "PATCH /v2/channels/:id",
    name: "name",
    serve: (server) => (server.on("GET /v2/channels/kinds", () => ({ data: [kind()] })), keeps(server, "/v2/channels/:id", channel(1))),
  },
  { path: "/settings/assistants/assistant-1", field: "Name", first: "Clay", patch: "PATCH /api/assistants/:id", save: "Save draft", name: "name", serve: (server) => keeps(server, "/api/assistants/:id", assistant(1)) },
  { path: `/knowledge/${id("art", 1)}`, field: "Title", first: "Article 1", patch: "PATCH /v2/knowledge/:id", name: "title", serve: (server) => keeps(server, "/v2/knowledge/:id", article(1)) },
  { path: `/contacts/${id("cnt", 1)}`, field: "First name", first: "Visitor", patch: "PATCH /v2/contact/:id", name: "first_name", serve: (server) => keeps(server, "/v2/contact/:id", contact(1)) },
];
const shown = ({ path }: Form) => path.replace(/_?0{5,}\d/, "");

/** The form of a row, with its saving kept back. */
function slow(form: Form) {
  let held = {} as ReturnType<typeof hold>;
  const app = open(form.path, (server) => (held = hold(server, form.patch, ((change) => ({ body }) => change(body))(form.serve(server)))));
  return { app, held, saved: () => app.server.asked(form.patch).map(({ body }) => body) };
}

for (const form of forms) {
  const { field, first, save = "Save", name } = form;

  test(`${shown(form)}: what is typed while a save is on its way is not lost by its success`, async () => {
    const { app, held, saved } = slow(form);
    const input = await put(field, `${first}a`);
    expect(input.value).toBe(`${first}a`);
    await press(save);
    await waitFor(() => expect(held.waiting).toBe(1));
    await put(field, `${first}ab`);
    held.release();
    await said(save === "Save" ? "Saved" : "The draft is saved");
    // The row has come anew with the first change; the second is still a change.
    await waitFor(() => expect(screen.getByRole("button", { name: save }).hasAttribute("data-loading")).toBe(false));
    expect(screen.getByLabelText<HTMLInputElement>(field, { selector: "input, textarea" }).value).toBe(`${first}ab`);
    await press(save);
    await waitFor(() => expect(held.waiting).toBe(1));
    held.release();
    await waitFor(() => expect(screen.queryByRole("region", { name: "There are unsaved changes" })).toBeNull());
    expect(saved()).toEqual([{ [name]: `${first}a` }, { [name]: `${first}ab` }]);
    expect(app.server.asked(form.patch).map(({ headers }) => headers.get("If-Match"))).toEqual(form.name === "first_name" ? ['"v1"', `"v1'"`] : [null, null]);
  });

  if (!["/v2/account", "/v2/contact/:id", "/v2/sites/:id"].includes(form.patch.slice(6))) continue;
  test(`${shown(form)}: a refused save keeps what was typed, and whoever left hears of it all the same`, async () => {
    const { app, held } = slow(form);
    await put(field, `${first}!`);
    await press(save);
    await waitFor(() => expect(held.waiting).toBe(1));
    held.release(new Refusal(403, "forbidden"));
    await said("You may not do this. Ask an admin of your team.");
    expect((await put(field, `${first}!!`)).value).toBe(`${first}!!`);
    await press(save);
    await waitFor(() => expect(held.waiting).toBe(1));
    await app.router.navigate({ to: "/reports" });
    await screen.findByRole("heading", { name: "Reports" });
    held.release(new Refusal(400, "invalid_input", "That is too long", { field: name }));
    await said("That is too long");
  });
}

test("letters: switches turned while the others are saved stay turned", async () => {
  const app = open("/settings/notices");
  const change = ({ body }: { body: unknown }) => {
    const { notices } = body as { notices: object };
    app.server.me = me({ user: user({ notices: { ...me().user.notices, ...app.server.me?.user.notices, ...notices } }) });
    return app.server.me.user;
  };
  const held = hold(app.server, "PATCH /v2/me", change as never);
  await app.user.click(await screen.findByLabelText("A note mentions me"));
  await press("Save");
  await app.user.click(screen.getByLabelText("Somebody gives me a conversation"));
  held.release();
  await said("Saved");
  expect(screen.getByLabelText<HTMLInputElement>("Somebody gives me a conversation").checked).toBe(true);
  await press("Save");
  await waitFor(() => expect(app.server.asked("PATCH /v2/me")[1]?.body).toEqual({ notices: { assigned: true } }));
});

test("two parts of one value that are changed one after the other are both kept", async () => {
  const form = forms[2] as Form;
  const { app, held, saved } = slow(form);
  await app.user.click(await screen.findByRole("button", { name: "#2563eb" }));
  await app.user.click(screen.getByRole("button", { name: "#c2255c" }));
  await press("Save");
  await app.user.click(screen.getByRole("radio", { name: "Left" }));
  held.release();
  await said("Saved");
  await press("Save");
  await waitFor(() => expect(saved()).toEqual([{ theme: { color: "#c2255c", position: "right" } }, { theme: { color: "#c2255c", position: "left" } }]));
});

const dirty = async () => {
  const app = open("/settings/profile");
  await put("Name", "Sarah J.");
  return app;
};

const leaving = "Leave without saving your changes?";

test.each([
  ["Cancel", "/settings/profile"],
  ["Leave", "/settings/labels"],
])("whoever leaves unsaved changes is asked on the page, and %s leads to %s", async (word, path) => {
  const app = await dirty();
  await app.user.click(screen.getByRole("link", { name: "Labels" }));
  const box = within(await dialog(leaving));
  expect(app.router.state.location.pathname).toBe("/settings/profile");
  await press(word, box);
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  await waitFor(() => expect(app.router.state.location.pathname).toBe(path));
  if (word === "Cancel") expect(screen.getByLabelText<HTMLInputElement>("Name").value).toBe("Sarah J.");
});

test("a question that is asked while another one stands answers that with no", async () => {
  const both = Promise.all([askToLeave(), askToLeave()]);
  asking.get()?.(true);
  expect(await both).toEqual([false, true]);
  expect(asking.get()).toBeNull();
});

test.each(["Log out", "Test mode"])("%s asks before it takes unsaved changes away, and does nothing when they are to stay", async (line) => {
  const app = await dirty();
  app.server.on("POST /v2/auth/logout", () => undefined);
  const choose = async (word: string) => {
    await press(/Your account/);
    await app.user.click(await screen.findByRole(line === "Log out" ? "menuitem" : "menuitemcheckbox", { name: line }));
    await press(word, within(await dialog(leaving)));
    await waitFor(() => expect(screen.queryByRole("dialog", { name: leaving })).toBeNull());
  };
  await choose("Cancel");
  expect(screen.getByLabelText<HTMLInputElement>("Name").value).toBe("Sarah J.");
  expect(app.server.asked("POST /v2/auth/logout")).toHaveLength(0);
  expect(screen.queryByText(/You are in test mode/)).toBeNull();
  await app.user.keyboard("{Escape}");
  await choose("Leave");
  // It is asked once: the page's own question does not follow.
  await (line === "Log out" ? screen.findByRole("heading", { name: "Welcome back" }) : screen.findByText(/You are in test mode/));
});

test("without changes nobody is asked anything", async () => {
  const app = open("/settings/profile", (server) => server.on("POST /v2/auth/logout", () => undefined));
  await put("Name", "Sarah J.");
  await put("Name", "Sarah Johnson");
  await press(/Your account/);
  await app.user.click(await screen.findByRole("menuitem", { name: "Log out" }));
  await screen.findByRole("heading", { name: "Welcome back" });
});

test("an impatient hand saves, invites and deletes once", async () => {
  const app = open("/settings/team");
  const held = hold(app.server, "POST /v2/auth/invitations", () => ({ user: user(), expires_at: "2030-01-01T00:00:00Z", accept_url: null }));
  await press("Invite somebody");
  const form = within(await dialog());
  await put("Name", "Aiko", form);
  await put("E-mail", "aiko@example.com", form);
  await app.user.dblClick(form.getByRole("button", { name: "Send invitation" }));
  await app.user.click(form.getByRole("button", { name: "Send invitation" }));
  expect(held.waiting).toBe(1);
  held.release();
  await said("Aiko gets an e-mail with a link.");
});

test("somebody whose role is changed by two people is shown as the last one left them", async () => {
  const tom = (role: "agent" | "admin") => user({ id: id("usr", 2), name: "Tom", role });
  const app = open("/settings/team", (server) => {
    server.users = [user(), tom("agent")];
    server.on("PATCH /v2/users/:id", inTurn(new Refusal(409, "conflict", "Tom was changed meanwhile")));
  });
  await press("Change Tom");
  app.server.users = [user(), tom("admin")];
  await app.user.click(await screen.findByRole("menuitem", { name: "Make Owner" }));
  await said("Tom was changed meanwhile");
});

test("a session that was ended already is gone from the list, whatever the server says of it", async () => {
  let rows = [session(1), session(2)];
  const app = open("/settings/security", (server) => {
    server.on("GET /v2/auth/sessions", () => page(rows));
    server.on("DELETE /v2/auth/sessions", () => ((rows = [session(1)]), undefined));
  });
  await screen.findByRole("button", { name: /^Log out: / });
  await press("Log out everywhere else");
  await said("Your other sessions are over");
  await waitFor(() => expect(screen.queryByRole("button", { name: /^Log out: / })).toBeNull());
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Log out everywhere else" }).disabled).toBe(true);
  expect(app.server.asked("DELETE /v2/auth/sessions")).toHaveLength(1);
});
