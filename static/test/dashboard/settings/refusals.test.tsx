import { screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { inTurn, lost, refusals } from "../fake/answers.js";
import { dialog, press, put, said } from "../fake/hands.js";
import { open } from "../fake/open.js";
import { channel, contact, kind, session, site, webhook } from "../fake/pages.js";
import { id, me, page, user } from "../fake/rows.js";
import { type FakeV2, Refusal } from "../fake/server.js";

const at = "2026-01-25T14:20:00.000000Z";
const vip = { id: id("lbl", 1), name: "vip", color: "#0a6a57", created_at: at, updated_at: at };
const tom = user({ id: id("usr", 2), name: "Tom", role: "agent" });

/** An act that may be refused: what leads up to it, and what is still there afterwards. */
const acts: Record<string, { path: string; route: string; serve?: (server: FakeV2) => void; go: () => Promise<unknown>; still: () => Promise<unknown> }> = {
  "a label is deleted": {
    path: "/settings/labels",
    route: "DELETE /v2/labels/:id",
    serve: (server) => server.on("GET /v2/labels", () => page([vip])),
    go: async () => {
      await press("Delete: vip");
      await press("Delete", within(await dialog("Delete “vip”?")));
    },
    still: () => dialog("Delete “vip”?"),
  },
  "an account is renamed": { path: "/settings/general", route: "PATCH /v2/account", go: async () => (await put("Account name", "Kiln"), await press("Save")), still: () => screen.findByDisplayValue("Kiln") },
  "somebody is disabled": {
    path: "/settings/team",
    route: "PATCH /v2/users/:id",
    serve: (server) => (server.users = [user(), tom]),
    go: async () => {
      await press("Change Tom");
      (await screen.findByRole("menuitem", { name: "Disable" })).click();
      await press("Disable", within(await dialog("Disable Tom?")));
    },
    still: () => dialog("Disable Tom?"),
  },
  "a password is changed": {
    path: "/settings/security",
    route: "POST /v2/auth/password",
    serve: (server) => server.on("GET /v2/auth/sessions", () => page([session(1)])),
    go: async () => (await put("Current password", "old secret"), await put("New password", "new secret"), await press("Change password")),
    still: () => screen.findByDisplayValue("new secret"),
  },
  "a site is made": { path: "/settings/sites", route: "POST /v2/sites", go: async () => (await press("New site"), await put("Name", "Kiln"), await press("Create")), still: () => screen.findByDisplayValue("Kiln") },
};

// Each act meets one kind, and all together every kind.
test.each(Object.keys(acts).map((name, i) => [name, Object.keys(refusals)[i] as keyof typeof refusals] as const))("%s, and it is %s: it is said, and nothing is lost", async (name, kind) => {
  const { path, route, serve, go, still } = acts[name] as (typeof acts)[string];
  const [answer, words] = refusals[kind];
  const app = open(path, (server) => {
    serve?.(server);
    server.on(route, typeof answer === "function" ? answer : () => answer);
  });
  await go();
  await said(words);
  expect(await still()).toBeTruthy();
  expect(screen.queryByText(/deadlock/)).toBeNull();
  expect(app.server.asked(route)).toHaveLength(1);
});

test.each<[what: string, path: string, route: string, field: string, go: (app: ReturnType<typeof open>) => Promise<unknown>]>([
  ["the role of the last owner", "/settings/team", "PATCH /v2/users/:id", "role", async (app) => (await press("Change Tom"), await app.user.click(await screen.findByRole("menuitem", { name: "Make Admin" })))],
  ["a file that is no article", "/knowledge", "POST /v2/knowledge/import", "file", async (app) => app.user.upload((await screen.findByRole("button", { name: "Import" })).parentElement?.querySelector("input") as HTMLElement, new File(["\0"], "a.md"))],
  ["a merge with somebody erased", `/contacts/${id("cnt", 1)}`, "POST /v2/contact/:id/merge", "from", async () => (await press("Merge with another"), await press("Choose: Visitor 2"), await press("Merge now"))],
  ["a setup that is too old", "/settings/security", "POST /v2/auth/totp/confirm", "setup", async () => (await press("Set up"), await put("Code", "123456"), await press("Turn on"))],
  ["a colour", "/settings/labels", "POST /v2/labels", "color", async () => (await put("Name of the label", "vip"), await press("Add label"))],
  ["hours that are not shown", `/settings/sites/${id("site", 1)}`, "PATCH /v2/sites/:id", "office_hours.days[0]", async () => (await put("Greeting", "Ahoy"), await press("Save"))],
  ["a key that was used for something else", "/contacts", "POST /v2/contact", "Idempotency-Key", async () => (await press("New contact"), await put("First name", "Ada"), await press("Create contact"))],
])("%s is refused at a field that the page does not have, and it is said all the same", async (_, path, route, field, go) => {
  const app = open(path, (server) => {
    server.users = [user(), tom];
    server.on("GET /v2/auth/sessions", () => page([session(1)]));
    server.on("POST /v2/auth/totp/setup", () => ({ secret: "JBSWY3DP", url: "otpauth://totp/a", setup: "stp_1" }));
    server.on("GET /v2/contact/:id", () => contact(1));
    server.on("GET /v2/contacts", () => page([contact(1), contact(2)]));
    server.on("GET /v2/sites/:id", () => site(1));
    server.on("GET /api/assistants", () => []);
    server.on(route, () => new Refusal(400, "invalid_input", `Not with this ${field}`, { field }));
  });
  await go(app);
  await said(`Not with this ${field}`);
});

test("what is wrong stands at its field once, for eyes and for screen readers, and nowhere else", async () => {
  open("/settings/general", (server) => server.on("PATCH /v2/account", () => new Refusal(400, "invalid_input", "A name has letters", { field: "name" })));
  const name = await put("Account name", "...");
  await press("Save");
  await waitFor(() => expect(name.getAttribute("aria-invalid")).toBe("true"));
  const described = (name.getAttribute("aria-describedby") ?? "").split(" ").map((one) => document.getElementById(one)?.textContent);
  expect(described).toContain("A name has letters");
  expect(screen.getAllByText("A name has letters")).toHaveLength(1);
});

test("two things that are wrong one after the other: the second takes the place of the first", async () => {
  open("/settings/team", (server) => server.on("POST /v2/auth/invitations", inTurn(...["name", "email"].map((field) => new Refusal(400, "invalid_input", `Bad ${field}`, { field })))));
  await press("Invite somebody");
  const form = within(await dialog());
  const [name, email] = [await put("Name", "x", form), await put("E-mail", "x", form)];
  await press("Send invitation");
  await waitFor(() => expect(name.getAttribute("aria-invalid")).toBe("true"));
  await press("Send invitation");
  await waitFor(() => expect(email.getAttribute("aria-invalid")).toBe("true"));
  expect([name.getAttribute("aria-invalid"), form.queryByText("Bad name")]).toEqual([null, null]);
});

test.each<[what: string, path: string, route: string, button: string, fields: [string | RegExp, string][], word: string]>([
  ["an invitation", "/settings/team", "POST /v2/auth/invitations", "Invite somebody", [["Name", "Aiko"], ["E-mail", "aiko@example.com"]], "Send invitation"],
  ["a contact", "/contacts", "POST /v2/contact", "New contact", [["First name", "Ada"]], "Create contact"],
  ["a webhook", "/settings/webhooks", "POST /v2/webhooks", "New webhook", [["Address", "https://a.example"]], "Create"],
  ["a channel", "/settings/channels", "POST /v2/channels", "SMS (Twilio)", [["Name", "Number"]], "Connect"],
  ["an article", "/knowledge/new", "POST /v2/knowledge", "", [["Title", "Returns"]], "Save"],
  ["a message", `/contacts/${id("cnt", 1)}`, "POST /v2/contact/:id/message", "Write a message", [["Message", "Hello"]], "Send"],
])("%s whose answer is lost is sent again under the same key, and changed under another", async (_, path, route, button, fields, word) => {
  const app = open(path, (server) => {
    server.on("GET /v2/channels/kinds", () => ({ data: [kind({ fields: [], hooks: [] })] }));
    server.on("GET /v2/contact/:id", () => contact(1));
    server.on(route, lost);
  });
  if (button) await press(button);
  const within_ = button ? within(await dialog()) : screen;
  for (const [label, value] of fields) await put(label, value, within_);
  const go = async (times: number) => {
    await waitFor(() => expect(within_.getByRole("button", { name: word, hidden: true }).hasAttribute("data-loading")).toBe(false));
    await press(word, within_);
    await waitFor(() => expect(app.server.asked(route)).toHaveLength(times));
  };
  await go(1);
  await go(2);
  const [[label, value] = ["", ""]] = fields;
  await put(label, `${value}!`, within_);
  await go(3);
  const keys = app.server.asked(route).map(({ headers }) => headers.get("Idempotency-Key"));
  expect(keys[0]).toMatch(/^[\w-]{16,}$/);
  expect([keys[1] === keys[0], keys[2] === keys[0]]).toEqual([true, false]);
});

test("the same failure is told once while it is in sight, not for every try", async () => {
  open("/settings/general", (server) => server.on("PATCH /v2/account", () => new Refusal(500, "internal_error")));
  await put("Account name", "Kiln");
  await press("Save");
  await said("Something went wrong on our side.");
  await waitFor(() => expect(screen.getByRole("button", { name: "Save" }).hasAttribute("data-loading")).toBe(false));
  await press("Save");
  await waitFor(() => expect(screen.getByRole("button", { name: "Save" }).hasAttribute("data-loading")).toBe(false));
  expect(screen.getAllByText("Something went wrong on our side.")).toHaveLength(1);
});

test("a tab that one may not read says so, and the others go on", async () => {
  const app = open("/settings/labels", (server) => server.on("GET /v2/labels", () => new Refusal(403, "forbidden")));
  expect((await screen.findByRole("alert")).textContent).toContain("You may not do this");
  await app.user.click(screen.getByRole("link", { name: "Profile" }));
  expect(await screen.findByLabelText("Name")).toBeTruthy();
});

test("rights that were taken away meanwhile close the tab at the next visit", async () => {
  const app = open("/settings/webhooks", (server) => server.on("GET /v2/webhooks", () => page([webhook(1)])));
  await screen.findByText("https://shop.example/hooks/1");
  app.server.me = me({ scopes: ["conversations:read"] });
  await app.queries.refetchQueries({ queryKey: ["me"] });
  await waitFor(() => expect(screen.queryByRole("link", { name: "API keys" })).toBeNull());
  await app.router.navigate({ to: "/settings/keys" });
  expect(app.router.state.location.pathname).toBe("/settings/profile");
});

test("a connection that cannot be tried is no failed connection", async () => {
  const app = open(`/settings/channels/${id("chn", 1)}`, (server) => {
    server.on("GET /v2/channels/:id", () => channel(1));
    server.on("GET /v2/channels/kinds", () => ({ data: [kind()] }));
    server.on("POST /v2/channels/:id/test", inTurn(new Refusal(429, "rate_limited"), { ok: false, detail: "Twilio says: 20003" }));
  });
  await press("Test the connection");
  await said(/Too many requests/);
  expect(screen.queryByText(/Twilio says/)).toBeNull();
  await waitFor(() => expect(screen.getByRole("button", { name: "Test the connection" }).hasAttribute("data-loading")).toBe(false));
  await press("Test the connection");
  expect((await said("Twilio says: 20003")).getAttribute("data-good")).toBe("false");
  expect(app.server.asked("POST /v2/channels/:id/test")).toHaveLength(2);
});

test("what the browser cannot copy is not called copied", async () => {
  vi.spyOn(navigator.clipboard, "writeText").mockRejectedValue(new DOMException("No", "NotAllowedError"));
  Object.assign(document, { execCommand: () => false });
  open("/settings/general");
  const copy = await press("Copy: Account id");
  await waitFor(() => expect(document.activeElement).toBe(copy));
  expect(screen.queryByRole("button", { name: "Copied: Account id" })).toBeNull();
});
