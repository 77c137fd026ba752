import { act, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { chooseLanguage } from "../../../src/dashboard/i18n/index.js";
import { open } from "../fake/open.js";
import { conversation, id, page } from "../fake/rows.js";
import { type FakeV2, Refusal } from "../fake/server.js";
import { field, goTo, happens, held, here, lineUp, press, talk } from "../fake/talk.js";

const many = (n: number) => (server: FakeV2) => {
  server.conversations = Array.from({ length: n }, (_, i) => conversation(i + 1, { unread_count: 0 }));
};
const asked = (app: ReturnType<typeof open>) => app.server.asked("GET /v2/conversations").map(({ query }) => Number(query.get("offset")));
const openOne = (n: number) => screen.findByRole("main", { name: `Conversation with Visitor ${n}` });

test("in a list with nothing in it j and k lead nowhere and ask for nothing", async () => {
  const app = open("/inbox");
  await screen.findByText("A quiet moment");
  const before = asked(app);
  await press(app, "jkx");
  expect(asked(app)).toEqual(before);
  expect(app.router.state.location.pathname).toBe("/inbox");
});

test("while the list is on its way j waits for nothing and breaks nothing", async () => {
  const late = held();
  const app = open("/inbox", (server) => server.on("GET /v2/conversations", () => late.answer));
  await screen.findByRole("searchbox");
  await press(app, "j");
  expect(asked(app)).toEqual([0]);
  await late.give(page([conversation(1)]));
  await screen.findByRole("link", { name: /Visitor 1/ });
  await press(app, "j");
  await openOne(1);
});

test("at either end of the list the keys stay where they are", async () => {
  const app = open("/inbox", many(2));
  await screen.findByText("Visitor 1");
  await press(app, "k");
  await openOne(1);
  await press(app, "k");
  await openOne(1);
  await press(app, "jjj");
  await openOne(2);
});

test("going through the list leaves one way back to it, not one for every conversation", async () => {
  const app = open("/inbox", many(4));
  await screen.findByText("Visitor 1");
  await press(app, "jjj");
  await openOne(3);
  act(() => app.router.history.back());
  await screen.findByText("Choose a conversation");
});

test("j goes on past the last row that was read, into the next window", async () => {
  const app = open(`/inbox/${id("conv", 100)}`, many(150));
  await openOne(100);
  await screen.findByText("Visitor 1");
  await press(app, "j");
  await openOne(101);
  expect(asked(app)).toContain(100);
});

test("/ leads into the field, Escape out of it, and the keys work again", async () => {
  const app = open("/inbox", many(2));
  await screen.findByText("Visitor 1");
  await press(app, "/");
  expect(document.activeElement).toBe(screen.getByRole("searchbox"));
  await app.user.keyboard("j");
  expect(app.router.state.location.pathname).toBe("/inbox");
  await app.user.clear(screen.getByRole("searchbox"));
  await app.user.keyboard("{Escape}j");
  await openOne(1);
});

test("a row tells a reader what it shows by colour and sign: how urgent, by which channel, whose, how much is unread", async () => {
  open("/inbox", (server) => {
    server.conversations = [conversation(1, { priority: "urgent", channel: "email", unread_count: 120, assigned_to: { id: "usr_2", name: "Tom Becker" } }), conversation(2, { priority: "high", unread_count: 0, assistant_active: true })];
  });
  const [first, second] = await Promise.all([screen.findByRole("link", { name: /Visitor 1/ }), screen.findByRole("link", { name: /Visitor 2/ })]);
  const says = (row: HTMLElement, words: RegExp) => expect(within(row.parentElement as HTMLElement).queryByRole("link", { name: words }), String(words)).toBe(row);
  for (const words of [/Urgent/, /E-mail/, /Assigned to Tom Becker/, /120 unread messages/]) says(first, words);
  for (const words of [/High/, /The assistant answers/]) says(second, words);
  expect(second.textContent).not.toContain("unread");
});

test("of the views above the list one is the current one, and only that", async () => {
  open("/inbox?view=mine", many(1));
  const pills = within(await screen.findByRole("navigation", { name: "Views" }));
  expect(pills.getAllByRole("link").filter((one) => one.getAttribute("aria-current")).map((one) => one.textContent)).toEqual(["Mine"]);
});

test("the way back to the list is no page that one is on", async () => {
  open(`/inbox/${here}`, many(1));
  expect((await screen.findByRole("link", { name: "Back to the list" })).getAttribute("aria-current")).toBeNull();
});

test("a list at its limit says to wait, and keeps what it has when the limit comes later", async () => {
  let limited = true;
  const app = open("/inbox", (server) => {
    many(2)(server);
    server.on("GET /v2/conversations", () => (limited ? new Refusal(429, "rate_limited") : page(server.conversations)));
  });
  const alert = within(await screen.findByRole("alert"));
  alert.getByText(/Too many requests/);
  limited = false;
  await app.user.click(alert.getByRole("button", { name: "Try again" }));
  await screen.findByText("Visitor 1");
  limited = true;
  await act(() => app.queries.invalidateQueries());
  screen.getByText("Visitor 1");
  expect(screen.queryByRole("alert")).toBeNull();
});

test("who goes to another view before the first has come sees only the other's rows", async () => {
  const late = held();
  const app = open("/inbox", (server) => {
    server.conversations = [conversation(1)];
    server.on("GET /v2/conversations", ({ query }) => (query.get("status") === "closed" ? page([conversation(9, { status: "closed" })]) : late.answer));
  });
  await act(() => app.router.navigate({ to: "/inbox", search: { view: "closed" } }));
  await screen.findByText("Visitor 9");
  await late.give(page([conversation(1)]));
  expect(screen.queryByText("Visitor 1")).toBeNull();
  screen.getByRole("heading", { name: /Closed/ });
});

test("a conversation that leaves the view stays open, and j goes on from where it stood", async () => {
  const app = talk((server) => (server.conversations = [1, 2, 3].map((n) => conversation(n, { unread_count: 0 }))));
  await goTo(app, id("conv", 2));
  await field(2);
  lineUp(app);
  await waitFor(() => expect(app.queries.isFetching()).toBe(0));
  const closed = Object.assign(app.server.conversations[1] ?? {}, { status: "closed" as const });
  happens(app, "conversation.resolved", { conversation_id: id("conv", 2), conversation: closed });
  await screen.findByText(/This conversation is closed/);
  await waitFor(() => expect(screen.queryByRole("link", { name: /Visitor 2.*Question 2/ })).toBeNull());
  await openOne(2);
  await press(app, "j");
  await openOne(3);
});

test("from right to left the list says the same, and names keep their own direction", async () => {
  const app = open("/inbox", (server) => {
    server.conversations = [conversation(1, { unread_count: 3, labels: ["شحن", "vip"], contact: { id: "cnt_1", full_name: "ليلى", phone: null, email: null } }), conversation(2)];
  });
  await screen.findByText("ليلى");
  await act(() => chooseLanguage("ar"));
  expect(document.documentElement.dir).toBe("rtl");
  const row = screen.getByRole("link", { name: /ليلى/ });
  for (const text of ["ليلى", "Question 1", "vip"]) expect(within(row).getByText(text).tagName, text).toBe("BDI");
  const name = (await screen.findByText("Visitor 2")).closest("a");
  expect(name?.textContent).not.toMatch(/unread/);
  await app.user.click(screen.getByText("ليلى"));
  const reply = await screen.findByRole<HTMLTextAreaElement>("combobox");
  expect(reply.getAttribute("dir"), "an empty field is as the page").toBeNull();
  await app.user.type(reply, "Hello");
  expect(reply.getAttribute("dir")).toBe("auto");
});
