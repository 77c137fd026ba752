import { act, fireEvent, renderHook, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import { useSelection } from "../../../src/dashboard/inbox/selection.js";
import { dice, seeds } from "../fake/dice.js";
import { open } from "../fake/open.js";
import { conversation, id, page } from "../fake/rows.js";
import { type FakeV2, Refusal } from "../fake/server.js";
import { held, press } from "../fake/talk.js";

const many = (n: number) => (server: FakeV2) => {
  server.conversations = Array.from({ length: n }, (_, i) => conversation(i + 1, { unread_count: 0 }));
};
const tick = (n: number) => screen.findByRole<HTMLInputElement>("checkbox", { name: `Select the conversation with Visitor ${n}` });
const bar = (n: number) => screen.findByRole("toolbar", { name: `${n} selected` });
const inBar = async (n: number, name: string) => within(await bar(n)).getByRole("button", { name });

/** A selection over a list of ten, whose ranges come when the test says so. */
function setup() {
  const waiting: (() => void)[] = [];
  const between = (from: string, to: string) =>
    new Promise<readonly string[]>((resolve) => {
      const [a, b] = [Number(from), Number(to)].sort((x, y) => x - y) as [number, number];
      waiting.push(() => resolve(Array.from({ length: b - a + 1 }, (_, i) => String(a + i))));
    });
  const view = renderHook(({ of }: { of: string }) => useSelection(between, of), { initialProps: { of: "mine" } });
  const toggle = (n: number, range = false) => act(() => view.result.current.toggle(String(n), range));
  const arrive = () => act(async () => waiting.splice(0).forEach((give) => give()));
  return { view, toggle, arrive, ids: () => [...view.result.current.ids].map(Number).sort((a, b) => a - b) };
}

test("a range that is read while one goes to another view ticks nothing there", async () => {
  const { view, toggle, arrive, ids } = setup();
  toggle(1);
  toggle(5, true);
  view.rerender({ of: "closed" });
  await arrive();
  expect(ids()).toEqual([]);
});

test("a range that is read while everything is unticked stays unticked", async () => {
  const { view, toggle, arrive, ids } = setup();
  toggle(1);
  toggle(5, true);
  act(() => view.result.current.clear());
  await arrive();
  expect(ids()).toEqual([]);
});

test("the first tick of a view begins no range, whatever was ticked in the last one", async () => {
  const { view, toggle, arrive, ids } = setup();
  toggle(1);
  view.rerender({ of: "closed" });
  toggle(5, true);
  await arrive();
  expect(ids()).toEqual([5]);
});

describe.each(seeds)("ticking, seed %i", (seed) => {
  test("is as a list of boxes would do it", async () => {
    const { toggle, arrive, ids } = setup();
    const { int } = dice(seed);
    const model = new Set<number>();
    let last: number | null = null;
    for (let i = 0; i < 40; i++) {
      const [n, range] = [int(10), int(3) === 0];
      toggle(n, range);
      await arrive();
      const span: number[] = range && last !== null ? Array.from({ length: Math.abs(n - last) + 1 }, (_, k) => Math.min(n, last as number) + k) : [n];
      const on = !model.has(n);
      for (const each of span) on ? model.add(each) : model.delete(each);
      last = n;
      expect(ids()).toEqual([...model].sort((a, b) => a - b));
    }
  });
});

test("a range over windows that cannot be read ticks what is known, and asks for each window once", async () => {
  const app = open("/inbox", (server) => {
    many(1_000)(server);
    server.on("GET /v2/conversations", ({ query }) => {
      const offset = Number(query.get("offset"));
      return offset === 100 || offset === 200 ? new Refusal(503, "unavailable") : page(server.conversations.slice(offset, offset + 100), 100, offset, 1_000);
    });
  });
  await app.user.click(await tick(1));
  const list = screen.getByRole("region", { name: "Conversations" });
  list.scrollTop = 350 * 76;
  fireEvent.scroll(list);
  fireEvent.click(await tick(351), { shiftKey: true });
  await bar(151);
  const asked = app.server.asked("GET /v2/conversations").map(({ query }) => query.get("offset"));
  expect(asked.filter((offset) => offset === "100")).toHaveLength(1);
});

test("x ticks what is open, Escape unticks all, and neither does so while one writes", async () => {
  const app = open("/inbox", many(3));
  await tick(1);
  await press(app, "jx");
  await bar(1);
  await app.user.type(await screen.findByRole("combobox", { name: "Reply to Visitor 1" }), "x");
  await bar(1);
  await app.user.keyboard("{Escape}");
  await bar(1);
  await press(app, "{Escape}");
  await waitFor(() => expect(screen.queryByRole("toolbar")).toBeNull());
  expect((await tick(1)).checked).toBe(false);
});

test("what is ticked is given to a colleague or to nobody, labelled and read, each by the server's own words", async () => {
  const app = open("/inbox", (server) => {
    many(2)(server);
    server.on("GET /v2/labels", () => page([{ id: id("lbl", 1), name: "vip", color: null, created_at: "" }]));
  });
  const both = async () => {
    for (const n of [1, 2]) if (!(await tick(n)).checked) await app.user.click(await tick(n));
  };
  const choose = async (menu: string, item: string) => {
    await both();
    await app.user.click(await inBar(2, menu));
    await app.user.click(await screen.findByRole("menuitem", { name: item }));
  };
  await choose("Assign", "To me");
  await choose("Assign", "To nobody");
  await choose("Add a label", "vip");
  await both();
  await app.user.click(await inBar(2, "Mark as read"));
  await waitFor(() => expect(app.server.asked("POST /v2/conversation/:id/read")).toHaveLength(2));
  const bodies = (route: string) => app.server.asked(route).map(({ body }) => body);
  expect(bodies("POST /v2/conversation/:id/assign")).toEqual([...Array(2).fill({ assigned_to: id("usr", 1) }), ...Array(2).fill({ assigned_to: null })]);
  expect(bodies("POST /v2/conversation/:id/label")).toEqual(Array(2).fill({ labels: ["vip"], action: "add" }));
});

test("at most four calls are under way for however many are ticked", async () => {
  const late = held();
  const app = open("/inbox", (server) => {
    many(9)(server);
    server.on("POST /v2/conversation/:id/read", () => late.answer);
  });
  for (let n = 1; n <= 9; n++) fireEvent.click(await tick(n));
  await app.user.click(await inBar(9, "Mark as read"));
  const asked = () => app.server.asked("POST /v2/conversation/:id/read").length;
  await waitFor(() => expect(asked()).toBe(4));
  await late.give(conversation(1));
  await waitFor(() => expect(asked()).toBe(9));
});

test("after something was done to what is ticked, the keyboard is in the list and not at the top of the page", async () => {
  const app = open("/inbox", many(3));
  await app.user.click(await tick(2));
  const done = await inBar(1, "Mark as read");
  done.focus();
  await app.user.keyboard("{Enter}");
  await waitFor(() => expect(screen.queryByRole("toolbar")).toBeNull());
  expect(screen.getByRole("region", { name: "Conversations" }).contains(document.activeElement)).toBe(true);
});
