import { act, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { gateway, hold, inTurn } from "./fake/answers.js";
import { press } from "./fake/hands.js";
import { open } from "./fake/open.js";
import { agentMe, article, contact, site } from "./fake/pages.js";
import { id, page } from "./fake/rows.js";
import { Refusal } from "./fake/server.js";

afterEach(() => vi.restoreAllMocks());
const at = (app: ReturnType<typeof open>) => app.router.history.location.href.replace(/^\/app/, "");

test.each([
  ["/", "/inbox"],
  ["/settings", "/settings/profile"],
  ["/settings/", "/settings/profile"],
  ["/?login_error=several", "/login?login_error=several"],
])("%s leads to %s", async (from, to) => {
  const app = open(from);
  await waitFor(() => expect(at(app)).toBe(to));
});

test.each(["/?login_error=Call+Mallory", "/login?login_error=Call+Mallory", "/login?over=&next=7&login_error=toString"])("a link to %s puts no words of its own onto our page", async (path) => {
  open(path, (server) => (server.me = null));
  await screen.findByRole("button", { name: "Log in" });
  expect(screen.queryByRole("alert")).toBeNull();
  expect(document.body.textContent).not.toContain("Mallory");
});

test.each(["/nowhere", "/settings/nowhere", "/contacts/a/b", "/inbox/a/b/c"])("%s is no page, says so, and leads back", async (path) => {
  const app = open(path);
  expect(await screen.findByText("There is no such page")).toBeTruthy();
  await waitFor(() => expect(document.title).toBe("There is no such page · Parley"));
  await app.user.click(screen.getByRole("link", { name: "To the inbox" }));
  await waitFor(() => expect(at(app)).toBe("/inbox"));
});

test("the browser's tab is called after the page, and after the row once it is read", async () => {
  const app = open("/contacts", (server) => {
    server.on("GET /v2/contacts", () => page([contact(1)]));
    server.on("GET /v2/contact/:id", () => contact(1));
  });
  await screen.findByText("Visitor 1");
  expect(document.title).toBe("Contacts · Parley");
  await app.user.click(screen.getByRole("link", { name: "Visitor 1" }));
  await waitFor(() => expect(document.title).toBe("Visitor 1 · Parley"));
  await app.user.click(screen.getByRole("link", { name: "Reports" }));
  await waitFor(() => expect(document.title).toBe("Reports · Parley"));
});

test("the way back in the browser leads through filters and rows, each as it was", async () => {
  const app = open("/knowledge?tag=returns", (server) => {
    server.on("GET /v2/knowledge", () => page([article(1)]));
    server.on("GET /v2/knowledge/:id", () => article(1));
  });
  await app.user.click(await screen.findByRole("link", { name: "Article 1" }));
  await screen.findByLabelText("Title");
  act(() => app.router.history.back());
  await waitFor(() => expect(screen.getByRole<HTMLInputElement>("combobox", { name: "Tag" }).value).toBe("#returns"));
  act(() => app.router.history.forward());
  expect((await screen.findByLabelText<HTMLInputElement>("Title")).value).toBe("Article 1");
});

test("rows one after the other: the form of one never shows the other's words", async () => {
  const name = (n: number) => ({ ...contact(n), first_name: `First ${n}` });
  const app = open(`/contacts/${id("cnt", 1)}`, (server) => server.on("GET /v2/contact/:id", ({ params }) => name(params.id === id("cnt", 1) ? 1 : 2)));
  expect((await screen.findByLabelText<HTMLInputElement>("First name")).value).toBe("First 1");
  const held = hold(app.server, "GET /v2/contact/:id", () => name(2));
  void app.router.navigate({ to: "/contacts/$id", params: { id: id("cnt", 2) } });
  await waitFor(() => expect(held.waiting).toBe(1));
  expect(screen.queryByLabelText("First name")).toBeNull();
  held.release();
  expect((await screen.findByLabelText<HTMLInputElement>("First name")).value).toBe("First 2");
});

test("an answer that comes when one is elsewhere already disturbs nothing", async () => {
  const app = open("/inbox");
  await screen.findByText("A quiet moment");
  const held = hold(app.server, "GET /v2/contacts", gateway);
  void app.router.navigate({ to: "/contacts" });
  await waitFor(() => expect(held.waiting).toBe(1));
  await app.router.navigate({ to: "/reports" });
  held.release();
  await screen.findByRole("heading", { name: "Reports" });
  expect(screen.queryByText("Reference: req_proxy")).toBeNull();
});

test("a page that breaks while it is drawn leaves the window standing, and can be tried again", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const app = open(`/settings/sites/${id("site", 1)}`, (server) => {
    server.on("GET /api/assistants", () => []);
    // A newer server may answer with what this page does not know.
    server.on("GET /v2/sites/:id", inTurn({ ...site(1), prechat: null }, site(1)));
  });
  expect(await screen.findByText("Something went wrong on our side.")).toBeTruthy();
  expect(screen.queryByText(/undefined|null/)).toBeNull();
  await app.queries.refetchQueries({ queryKey: ["sites"] });
  await press("Try again");
  expect(await screen.findByLabelText("Greeting")).toBeTruthy();
});

test("a site that is not of this account is not there", async () => {
  open(`/settings/sites/${id("site", 7)}`, (server) => {
    server.on("GET /v2/sites/:id", () => new Refusal(404, "not_found", ""));
  });
  expect(await screen.findByText("It is not there, or no longer.")).toBeTruthy();
});

test("an agent is led out of what admins have, by the address and by the way back", async () => {
  const app = open("/settings/labels", (server) => (server.me = agentMe()));
  await screen.findByRole("heading", { name: "Labels" });
  for (const to of ["/settings/team", "/settings/webhooks"] as const) {
    await act(() => app.router.navigate({ to }));
    expect(at(app)).toBe("/settings/profile");
  }
});
