import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { site } from "../fake/pages.js";
import { hurry } from "../fake/hands.js";
import { open } from "../fake/open.js";
import { conversation, id, page } from "../fake/rows.js";
import type { FakeV2 } from "../fake/server.js";

const label = (n: number, name: string) => ({ id: id("lbl", n), name, color: "#2f6fed", created_at: "2026-01-25T14:20:00.000000Z" });

function furnished(server: FakeV2): void {
  server.conversations = [conversation(1, { channel: "chat" }), conversation(2, { channel: "email" })];
  server.on("GET /v2/sites", () => page([site(1), site(2, { name: "Example Studio" })]));
  server.on("GET /v2/labels", () => page([label(1, "billing"), label(2, "شحن")]));
}

/** The line that stands for no choice. */
const all = { Channel: "Every channel", Priority: "Every priority", Label: "Every label", Site: "Every site", Order: "Newest message first" };

/** Opens the filter's menu, and one of what it offers beside it. */
async function beside(app: ReturnType<typeof open>, title: keyof typeof all) {
  await app.user.click(await screen.findByRole("button", { name: "Filter and sort" }));
  (await screen.findByRole("menuitem", { name: title })).focus();
  await app.user.keyboard("{ArrowRight}");
  const first = await screen.findByRole("menuitemradio", { name: all[title] });
  return within(first.closest('[role="menu"]') as HTMLElement);
}
const asked = (app: ReturnType<typeof open>) => Object.fromEntries(app.server.asked("GET /v2/conversations").at(-1)?.query ?? []);
const address = (app: ReturnType<typeof open>) => app.router.state.location.search;

test.each([
  ["Channel", "E-mail", { channel: "email" }, { channel: "email" }],
  ["Priority", "Urgent", { priority: "urgent" }, { priority: "urgent" }],
  ["Label", "شحن", { label: "شحن" }, { label: "شحن" }],
  ["Site", "Example Studio", { site: id("site", 2) }, { site: id("site", 2) }],
  ["Order", "Oldest message first", { sort: "last_message_at:asc" }, { sort: "last_message_at:asc" }],
] as const)("the list is narrowed by %s, in the address and at the server", async (title, choice, search, query) => {
  const app = open("/inbox", furnished);
  const menu = await beside(app, title);
  await app.user.click(menu.getByRole("menuitemradio", { name: choice }));
  await waitFor(() => expect(address(app)).toEqual(search));
  await waitFor(() => expect(asked(app)).toMatchObject({ status: "open", ...query }));
});

test("what is chosen is ticked, and the first line takes it off again", async () => {
  const app = open("/inbox?view=mine&priority=high", furnished);
  const menu = await beside(app, "Priority");
  expect(menu.getAllByRole("menuitemradio").filter((one) => one.getAttribute("aria-checked") === "true").map((one) => one.textContent)).toEqual(["High"]);
  await app.user.click(menu.getByRole("menuitemradio", { name: "Every priority" }));
  await waitFor(() => expect(address(app)).toEqual({ view: "mine" }));
  expect(asked(app)).not.toHaveProperty("priority");
});

test("the button of the filter shows that something narrows the list", async () => {
  open("/inbox?label=billing", furnished);
  expect((await screen.findByRole("button", { name: "Filter and sort" })).dataset.active).toBe("true");
});

test("filters add up, each with a way to take it off", async () => {
  const app = open("/inbox?channel=email&priority=urgent&label=billing", furnished);
  await screen.findByRole("button", { name: "Remove the filter E-mail" });
  await app.user.click(screen.getByRole("button", { name: "Remove the filter Urgent" }));
  await waitFor(() => expect(address(app)).toEqual({ channel: "email", label: "billing" }));
  await app.user.click(screen.getByRole("button", { name: "Remove the filter E-mail" }));
  await waitFor(() => expect(asked(app)).toMatchObject({ label: "billing" }));
  expect(asked(app)).not.toHaveProperty("channel");
});

test("with one site there is none to choose", async () => {
  const app = open("/inbox", (server) => {
    furnished(server);
    server.on("GET /v2/sites", () => page([site(1)]));
  });
  await app.user.click(await screen.findByRole("button", { name: "Filter and sort" }));
  await screen.findByRole("menuitem", { name: "Channel" });
  expect(screen.queryByRole("menuitem", { name: "Site" })).toBeNull();
});

test("a filter is kept under a name, gone back to, and forgotten", async () => {
  const app = open("/inbox?priority=urgent&label=billing", furnished);
  await app.user.click(await screen.findByRole("button", { name: "Filter and sort" }));
  await app.user.click(await screen.findByRole("menuitem", { name: /Save this filter/ }));
  await app.user.type(within(await screen.findByRole("dialog")).getByRole("textbox"), "  Burning bills  {Enter}");
  const nav = within(screen.getByRole("navigation", { name: "Main" }));
  const kept = await nav.findByRole("link", { name: "Burning bills" });
  expect(kept.dataset.active).toBe("true");
  await app.user.click(nav.getByRole("link", { name: /^All open/ }));
  await waitFor(() => expect(address(app)).toEqual({}));
  await app.user.click(kept);
  await waitFor(() => expect(address(app)).toEqual({ priority: "urgent", label: "billing" }));
  await app.user.click(nav.getByRole("button", { name: "Forget the filter Burning bills" }));
  await waitFor(() => expect(nav.queryByText("Burning bills")).toBeNull());
  expect(address(app)).toEqual({ priority: "urgent", label: "billing" });
});

test("a filter without a name is not kept", async () => {
  const app = open("/inbox?priority=urgent", furnished);
  await app.user.click(await screen.findByRole("button", { name: "Filter and sort" }));
  await app.user.click(await screen.findByRole("menuitem", { name: /Save this filter/ }));
  const dialog = within(await screen.findByRole("dialog"));
  await app.user.type(dialog.getByRole("textbox"), "   {Enter}");
  expect((dialog.getByRole("button", { name: "Save" }) as HTMLButtonElement).disabled).toBe(true);
  expect(localStorage.length).toBe(0);
});

test("finding in the list waits for the end of a word, and survives going back", async () => {
  const app = open("/inbox", furnished);
  hurry(await screen.findByRole("searchbox", { name: "Find in this list" }), "bowl");
  await waitFor(() => expect(address(app)).toEqual({ q: "bowl" }));
  expect(app.server.asked("GET /v2/conversations").map(({ query }) => query.get("search")).filter(Boolean)).toEqual(["bowl"]);
  expect(await screen.findByText("Nothing matches")).toBeTruthy();
});
