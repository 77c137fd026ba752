import { act, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { keys } from "../../../src/dashboard/api/keys.js";
import { agentMe, site } from "../fake/pages.js";
import { open } from "../fake/open.js";
import { conversation, id, page } from "../fake/rows.js";
import type { FakeV2 } from "../fake/server.js";

const counts = { open: 12, mine: 3, unassigned: 4, mentions: 1, unread: 2, closed: 240, archived: 18, labels: [{ name: "billing", count: 2 }], channels: [], sites: [{ id: id("site", 2), count: 1500 }] };

function twoSites(server: FakeV2): void {
  server.conversations = [conversation(1)];
  server.on("GET /v2/sites", () => page([site(), site(2, { name: "Example Studio" })]));
  server.on("GET /v2/labels", () => page([{ id: id("lbl", 1), name: "billing", color: "#2f6fed", created_at: "2026-01-25T14:20:00.000000Z" }]));
  server.on("GET /v2/conversations/counts", () => counts);
}
const views = async () => within(await screen.findByRole("navigation", { name: "Main" }));

/** What a reader is told to be the view that is looked at. */
const currentViews = async () =>
  (await views())
    .getAllByRole("link")
    .filter((one) => one.closest("ul li a[href*='/app/inbox']") && one.getAttribute("aria-current") && one.textContent !== "Inbox")
    .map((one) => one.textContent);

test("one call counts all views, labels and sites", async () => {
  const app = open("/inbox", twoSites);
  await (await views()).findByRole("link", { name: "Example Studio 1,500" });
  for (const name of ["Mine 3", "Unassigned 4", "All open 12", "Mentions 1", "Closed", "Archived", "billing 2", "Example Shop"]) {
    expect(await (await views()).findByRole("link", { name })).toBeTruthy();
  }
  expect(document.title).toContain("(2)");
  expect(app.server.asked("GET /v2/conversations/counts")).toHaveLength(1);
  expect(app.server.asked("GET /v2/conversations").filter(({ query }) => query.get("limit") === "1")).toEqual([]);
});

test("title and icon say what waits to be read, one's own and nobody's, on every page", async () => {
  document.head.innerHTML = '<link rel="icon">';
  const dot = () => decodeURIComponent(document.querySelector<HTMLLinkElement>("link")?.href ?? "").includes("circle");
  const to = (n: number) => ({ assigned_to: { id: id("usr", n), name: "" } });
  const app = open("/contacts", (server) => {
    server.conversations = [conversation(1, { ...to(1), unread_count: 0 }), conversation(2, to(2)), conversation(3, { assistant_active: true })];
  });
  await screen.findByRole("heading", { name: "Contacts", level: 1 });
  await waitFor(() => expect(app.server.asked("GET /v2/conversations/counts")).toHaveLength(1));
  expect([document.title.startsWith("("), dot()]).toEqual([false, false]);
  app.server.conversations.push(conversation(4), conversation(5, to(1)));
  act(() => app.sockets.welcome().receive({ id: "evt_1", type: "message.received", timestamp: "", pos: 11, data: { conversation_id: id("conv", 4), sent_by: "contact" } }));
  await waitFor(() => expect([document.title.slice(0, 4), dot()]).toEqual(["(2) ", true]));
  for (const c of app.server.conversations) c.unread_count = 0;
  await act(() => app.queries.invalidateQueries({ queryKey: keys.conversationCounts }));
  await waitFor(() => expect([document.title.startsWith("("), dot()]).toEqual([false, false]));
});

test("a site is a view of its own", async () => {
  const app = open("/inbox", twoSites);
  await app.user.click(await (await views()).findByRole("link", { name: /Example Studio/ }));
  await screen.findByRole("heading", { name: /Example Studio/, level: 1 });
  expect(app.router.state.location.search).toEqual({ site: id("site", 2) });
  expect(app.server.asked("GET /v2/conversations").at(-1)?.query.get("site")).toBe(id("site", 2));
  await app.user.click(screen.getByRole("button", { name: "Remove the filter Example Studio" }));
  await waitFor(() => expect(app.router.state.location.search).toEqual({}));
});

test("channels that somebody waits on are views of their own", async () => {
  const app = open("/inbox", (server) => {
    twoSites(server);
    server.on("GET /v2/conversations/counts", () => ({ ...counts, channels: [{ channel: "chat", count: 9 }, { channel: "email", count: 3 }] }));
  });
  const link = await (await views()).findByRole("link", { name: "E-mail 3" });
  expect((await views()).queryByRole("link", { name: /SMS/ })).toBeNull();
  await app.user.click(link);
  await screen.findByRole("heading", { name: /^E-mail/, level: 1 });
  expect(app.router.state.location.search).toEqual({ channel: "email" });
  expect(app.server.asked("GET /v2/conversations").at(-1)?.query.get("channel")).toBe("email");
  expect(await currentViews()).toEqual(["E-mail3"]);
});

test("a channel within another view narrows that view, and where all come by one there is nothing to choose", async () => {
  open("/inbox?view=mine&channel=email", (server) => {
    twoSites(server);
    server.on("GET /v2/conversations/counts", () => ({ ...counts, channels: [{ channel: "email", count: 3 }] }));
  });
  await screen.findByRole("heading", { name: /^Mine/, level: 1 });
  await (await views()).findByRole("link", { name: "Mine 3" });
  expect(await currentViews()).toEqual(["Mine3"]);
  expect((await views()).queryByRole("link", { name: /E-mail/ })).toBeNull();
});

test("mentions are asked for as such, not searched for", async () => {
  const app = open("/inbox?view=mentions&q=bowl", twoSites);
  await screen.findByRole("heading", { name: /Mentions/, level: 1 });
  await waitFor(() => expect(app.server.asked("GET /v2/conversations")).not.toEqual([]));
  const { query } = app.server.asked("GET /v2/conversations").at(-1) ?? { query: new URLSearchParams() };
  expect(Object.fromEntries(query)).toMatchObject({ status: "open", mentions: "me", search: "bowl" });
});

test("who may not see the sites, or has only one, is shown none", async () => {
  const app = open("/inbox", (server) => {
    twoSites(server);
    server.me = agentMe();
  });
  await (await views()).findByRole("link", { name: "Mine 3" });
  expect(screen.queryByText("Example Studio")).toBeNull();
  expect(app.server.asked("GET /v2/sites")).toEqual([]);
});
