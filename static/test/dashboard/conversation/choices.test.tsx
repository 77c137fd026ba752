import { act, screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { contact } from "../fake/pages.js";
import { conversation, id, me, message, page } from "../fake/rows.js";
import { type FakeV2, Refusal } from "../fake/server.js";
import { type Desk, field, goTo, happens, here, lineUp, press, said, talk, there } from "../fake/talk.js";

const labelled = (...names: string[]) => (server: FakeV2) => server.on("GET /v2/labels", () => page(names.map((name, n) => ({ id: id("lbl", n), name, color: null, created_at: "" }))));
const changes = (app: Desk) => app.server.asked("POST /v2/conversation/:id/label").map(({ body }) => body);

/** Opens the labels by their key. */
async function labels(app: Desk) {
  await field();
  await press(app, "l");
  return screen.findByRole("combobox", { name: "Find or make a label" });
}

test.each([
  ["the whole of a name", "bill", ["rebill", "bill"], { labels: ["bill"], action: "add" }],
  ["a name in other letters", "VIP", ["vip"], { labels: ["vip"], action: "add" }],
  ["a new name, with spaces around it", "  fragile ", ["vip"], { labels: ["fragile"], action: "add" }],
] as const)("Enter after %s puts on what was meant", async (_, text, known, change) => {
  const app = talk(labelled(...known));
  const box = await labels(app);
  await screen.findByRole("option", { name: known[0] });
  await app.user.type(box, `${text}{Enter}`);
  await waitFor(() => expect(changes(app)).toEqual([change]));
});

test("labels are walked through by the arrows, round both ends, and Enter turns over the one that is reached", async () => {
  const app = talk(labelled("alpha", "beta"), { labels: ["alpha"] });
  const box = await labels(app);
  const reached = () => document.getElementById(box.getAttribute("aria-activedescendant") ?? "")?.textContent?.trim() ?? "";
  await screen.findByRole("option", { name: "beta" });
  expect(reached()).toBe("");
  const walked: string[] = [];
  for (const key of ["{ArrowUp}", "{ArrowDown}", "{ArrowDown}", "{ArrowDown}"]) walked.push((await app.user.keyboard(key), reached()));
  expect(walked).toEqual(["beta", "alpha", "beta", "alpha"]);
  await app.user.keyboard("{Enter}");
  await waitFor(() => expect(changes(app)).toEqual([{ labels: ["alpha"], action: "remove" }]));
  await app.user.type(box, "g");
  expect(reached()).toBe("");
});

test("Enter in an empty field neither puts a label on nor takes one off", async () => {
  const app = talk(labelled("vip"), { labels: ["vip"] });
  const box = await labels(app);
  await app.user.type(box, "{Enter}");
  await app.user.type(box, "fragile{Enter}{Enter}");
  await waitFor(() => expect(changes(app)).toEqual([{ labels: ["fragile"], action: "add" }]));
});

test("a label that is on is taken off by the same click, and what failed is shown as it is", async () => {
  const app = talk(labelled("vip"), { labels: ["vip"] });
  await field();
  await press(app, "l");
  const box = () => screen.findByRole("option", { name: "vip" });
  await app.user.click(await box());
  await waitFor(async () => expect((await box()).getAttribute("aria-selected")).toBe("false"));
  app.server.on("POST /v2/conversation/:id/label", () => new Refusal(422, "invalid_input", "Too many labels"));
  await app.user.click(await box());
  await screen.findByText("Too many labels");
  await waitFor(async () => expect((await box()).getAttribute("aria-selected")).toBe("false"));
});

test("the panel links only to pages of the web, and shows what a site's own code says as text", async () => {
  talk(
    (server) => server.on("GET /v2/contact/:id", () => contact(1, { metadata: { plan: "Gold", nested: { a: 1 }, paid: false } })),
    { page: { url: "javascript:alert(1)", title: "<b>Bowls</b>" }, custom: { order: 10250, cart: ["bowl"], "<i>": "<u>" }, rating: 4 },
  );
  const panel = within(await screen.findByRole("complementary", { name: "Details" }));
  await panel.findByText("Gold");
  expect(panel.queryByRole("link")).toBeNull();
  for (const text of ["<b>Bowls</b>", "10250", '["bowl"]', "<i>", "<u>", "★★★★☆", "false"]) panel.getByText(text);
  expect(panel.queryByText("nested")).toBeNull();
});

test("who may not see contacts is shown the conversation without asking for them", async () => {
  const app = talk((server) => (server.me = me({ scopes: ["conversations:read", "conversations:write"] })));
  await screen.findByText("Message 1");
  await screen.findByRole("complementary", { name: "Details" });
  expect(app.server.calls.filter(({ path }) => path.startsWith("/v2/contact"))).toEqual([]);
  expect(screen.queryByRole("button", { name: "Merge contact…" })).toBeNull();
});

test("earlier conversations lead there, in the view one is in, and the open one is none of them", async () => {
  const app = talk((server) => server.on("GET /v2/contact/:id/conversations", () => page([conversation(1), conversation(2, { subject: "Last year", unread_count: 0 })])));
  await act(() => app.router.navigate({ to: "/inbox/$conversation", params: { conversation: here }, search: { view: "unassigned" } }));
  const panel = within(await screen.findByRole("complementary", { name: "Details" }));
  const past = await panel.findByRole("link", { name: /Last year/ });
  expect(panel.getAllByRole("link")).toHaveLength(1);
  await app.user.click(past);
  await field(2);
  expect(app.router.state.location.search).toEqual({ view: "unassigned" });
});

test("what is looked at is read; what comes while the page is hidden only when it is seen", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], shouldAdvanceTime: true, advanceTimeDelta: 50 });
  try {
    const app = talk();
    await screen.findByText("Message 1");
    lineUp(app);
    const read = () => app.server.asked("POST /v2/conversation/:id/read").length;
    const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    happens(app, "message.received", said(1));
    await act(() => vi.advanceTimersByTimeAsync(2_000));
    expect(read()).toBe(0);
    hidden.mockRestore();
    act(() => void document.dispatchEvent(new Event("visibilitychange")));
    await waitFor(() => expect(read()).toBe(1));
    happens(app, "message.received", said(2));
    await act(() => vi.advanceTimersByTimeAsync(2_000));
    await waitFor(() => expect(read()).toBe(2));
  } finally {
    vi.useRealTimers();
  }
});

test("who goes to another conversation while the line is down is never told to look at the first one again", async () => {
  const app = talk((server) => server.messages.push(message(2, { conversation_id: there, content: "Elsewhere" })));
  await screen.findByText("Message 1");
  lineUp(app);
  act(() => void window.dispatchEvent(new Event("offline")));
  await goTo(app, there);
  await screen.findByText("Elsewhere");
  act(() => void window.dispatchEvent(new Event("online")));
  lineUp(app);
  await waitFor(() => expect(app.sockets.last.sent.some(({ type }) => type === "presence")).toBe(true));
  expect(app.sockets.last.sent.filter(({ type, conversation_id: of }) => type === "presence" && of === here)).toEqual([]);
});

test("that one types is told as one types, that one stopped when the answer goes, and of a note nothing", async () => {
  const app = talk();
  const reply = await field();
  await screen.findByText("Message 1");
  lineUp(app);
  const told = () => app.sockets.last.sent.splice(0).filter(({ type }) => type === "typing").map(({ conversation_id: of, active }) => [of === here ? "here" : "there", active]);
  await app.user.type(reply, "ab");
  expect(new Set(told().map(String))).toEqual(new Set(["here,true"]));
  await app.user.type(reply, "{Enter}");
  expect(told()).toEqual([["here", false]]);
  await app.user.click(screen.getByRole("tab", { name: "Note" }));
  await app.user.type(await field(1, "Note for the team"), "secret");
  expect(told()).toEqual([]);
  await app.user.click(screen.getByRole("tab", { name: "Reply" }));
  await app.user.type(await field(), "c");
  told();
  await goTo(app, there);
  await field(2);
  expect(told(), "of the one that was left").toEqual([["here", false]]);
});
