import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { keys } from "../../../src/dashboard/api/keys.js";
import { LiveDesk } from "../../../src/dashboard/live/desk.js";
import { Link } from "../../../src/dashboard/live/link.js";
import { dice, seeds } from "../fake/dice.js";
import { conversation, id, message, page } from "../fake/rows.js";
import { FakeSockets } from "../fake/socket.js";
import { eventOf, here, said, there } from "../fake/talk.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** A desk whose line is up, and what it has read anew since. */
async function setup() {
  const sockets = new FakeSockets().install();
  const queries = new QueryClient();
  queries.setQueryData(keys.conversation(here), conversation(1));
  queries.setQueryData(keys.messages(here), { messages: [message(1)], total: 1 });
  const refused = vi.fn();
  const desk = new LiveDesk(queries, "usr_me", false, refused);
  desk.open();
  sockets.welcome(1);
  await pass(3_000);
  const stale: string[] = [];
  vi.spyOn(queries, "invalidateQueries").mockImplementation(async (filters = {}) => void stale.push(filters.queryKey ? filters.queryKey.join(" ") : filters.predicate ? "some" : "all"));
  const back = async () => {
    await pass(16_000);
    return sockets.welcome(1);
  };
  /** Time goes by, and the line answers its pings. */
  const alive = async (ms: number) => {
    for (let left = ms; left > 0; left -= 10_000) {
      await pass(Math.min(left, 10_000));
      sockets.last.receive({ type: "pong" });
    }
  };
  return { sockets, queries, desk, stale, refused, back, alive, line: sockets.last };
}
const presence = (agent: string, more: object = {}) => ({ type: "presence", conversation_id: here, viewing: true, typing: false, agent: { id: agent, name: agent }, expires_in: 60, ...more });
const lookers = (desk: LiveDesk) => (desk.viewers.get().get(here) ?? []).map(({ id: who, writing }) => who + (writing ? " writes" : ""));

test("who looks is gone when they say so, or when nothing more is heard of them", async () => {
  const { line, desk, alive } = await setup();
  line.receive(presence("tom"));
  await alive(40_000);
  line.receive(presence("ann", { typing: true }));
  line.receive(presence("tom"));
  expect(lookers(desk).sort()).toEqual(["ann writes", "tom"]);
  await alive(30_000);
  line.receive(presence("ann", { viewing: false }));
  expect(lookers(desk), "heard of anew after 40 s").toEqual(["tom"]);
  await alive(31_000);
  expect(desk.viewers.get().size).toBe(0);
});

test("one's own other tab is nobody", async () => {
  const { line, desk } = await setup();
  line.receive(presence("usr_me", { typing: true }));
  expect(lookers(desk)).toEqual([]);
});

test("typing that is never said to have ended ends by itself, and each word of it gives it more time", async () => {
  const { line, desk } = await setup();
  const types = (active = true) => line.receive({ type: "typing", conversation_id: here, author: "Visitor 1", active });
  types();
  await pass(5_000);
  types();
  await pass(5_000);
  expect(desk.typing.get().get(here)).toBe("Visitor 1");
  await pass(1_100);
  expect(desk.typing.get().size).toBe(0);
  types();
  types(false);
  expect(desk.typing.get().size).toBe(0);
});

test("however much happens, lists are read once a second and counts more seldom; the first time at once", async () => {
  const { line, stale } = await setup();
  for (let i = 0; i < 30; i++) {
    line.receive(eventOf("message.received", said(i)));
    await pass(100);
  }
  await pass(3_000);
  const times = (key: string) => stale.filter((one) => one === key).length;
  expect(times("conversations list")).toBe(4);
  expect(times("conversations count")).toBe(3);
  stale.length = 0;
  line.receive(eventOf("message.received", said(31)));
  await pass(0);
  expect(stale).toContain("conversations list");
});

test("notes make no list stale, contacts only theirs, and an erased contact both", async () => {
  const { line, stale } = await setup();
  const after = async (type: string, data: object) => {
    stale.length = 0;
    line.receive(eventOf(type, data));
    await pass(3_000);
    return [...stale];
  };
  expect(await after("note.created", said(40, { internal: true, sent_by: "user" }))).toEqual([]);
  expect(await after("contact.updated", { contact_id: "cnt_1" })).toEqual(["contacts"]);
  expect((await after("contact.deleted", { contact_id: "cnt_1" })).sort()).toEqual(["contacts", "conversations count", "conversations list"]);
});

test("a desk that is closed and opened again keeps its lists right as before", async () => {
  const { line, desk, stale, sockets } = await setup();
  line.receive(eventOf("message.received", said(1)));
  desk.close();
  await pass(5_000);
  expect(stale, "closed, it reads nothing").toEqual([]);
  desk.open();
  sockets.welcome(1);
  stale.length = 0;
  sockets.last.receive(eventOf("message.received", said(2)));
  await pass(3_000);
  expect(stale).toContain("conversations list");
});

test("the team is told what is looked at: now, every twenty seconds, not while hidden, and no longer after leaving", async () => {
  const { line, desk, alive } = await setup();
  const told = () => line.sent.splice(0).filter(({ type }) => type === "presence").map(({ conversation_id: of, viewing }) => `${of === here ? "here" : "there"} ${viewing}`);
  desk.watches(here);
  expect(told()).toEqual(["here true"]);
  desk.watches(here);
  expect(told()).toEqual([]);
  await alive(20_000);
  expect(told()).toEqual(["here true"]);
  vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  document.dispatchEvent(new Event("visibilitychange"));
  expect(told()).toEqual(["here false"]);
  vi.restoreAllMocks();
  desk.watches(there);
  expect(told()).toEqual(["here false", "there true"]);
  desk.watches(null);
  await alive(40_000);
  expect(told()).toEqual(["there false"]);
});

test("what is being said goes with the line; who looks is told anew when it is back, and what was read is as it was", async () => {
  const { line, desk, back, stale } = await setup();
  desk.watches(here);
  line.receive({ type: "delta", id: "d", conversation_id: here, author: "Pip", text: "Half" });
  line.receive({ type: "typing", conversation_id: here, author: "Visitor 1", active: true });
  line.end();
  expect([desk.bubbles.get().size, desk.typing.get().size, desk.state.get()]).toEqual([0, 0, "lost"]);
  expect(desk.watches(there)).toBeUndefined();
  const again = await back();
  expect(again.sent.filter(({ type }) => type === "presence"), "not of what was looked at before").toEqual([{ type: "presence", conversation_id: there, viewing: true }]);
  expect(stale).toEqual(["some"]);
});

test("two answers of the assistant at once grow side by side, and each ends by itself", async () => {
  const { line, desk } = await setup();
  const delta = (of: string, text: string, end = false) => line.receive({ type: "delta", id: of, conversation_id: here, author: "Pip", text, end });
  delta("a", "One");
  delta("b", "Two");
  delta("a", " more");
  expect((desk.bubbles.get().get(here) ?? []).map(({ text }) => text).sort()).toEqual(["One more", "Two"]);
  delta("a", "", true);
  expect(desk.bubbles.get().get(here)?.map(({ text }) => text)).toEqual(["Two"]);
  line.receive(eventOf("message.received", said(3)));
  expect(desk.bubbles.get().get(here), "a customer's message ends none").toHaveLength(1);
  line.receive(eventOf("message.sent", said(4, { sent_by: "assistant" })));
  expect(desk.bubbles.get().size).toBe(0);
});

test("a session that is over is told once, and the line is not tried again", async () => {
  const { line, refused, sockets } = await setup();
  line.end(4401);
  await pass(60_000);
  expect(refused).toHaveBeenCalledTimes(1);
  expect(sockets.opened).toHaveLength(1);
});

test("a frame of a kind from a later version ends nothing", async () => {
  const { line, desk, sockets } = await setup();
  line.receive({ type: "later", conversation_id: here });
  line.receive({ type: "typing", conversation_id: here, author: "Visitor 1", active: true });
  expect(desk.typing.get().get(here)).toBe("Visitor 1");
  line.receive({ type: "pong" });
  await pass(19_000);
  expect([desk.state.get(), sockets.opened.length]).toEqual(["live", 1]);
});

describe.each(seeds)("a line that breaks at any time, seed %i", (seed) => {
  test("tells every event once, in order, and asks for nothing that it has heard", async () => {
    const { int } = dice(seed);
    const sockets = new FakeSockets().install();
    const heard: number[] = [];
    const link = new Link("ws://x/v2/ws", { state: () => undefined, event: ({ pos }) => heard.push(pos), frame: () => undefined, resync: () => undefined, refused: () => undefined });
    link.open();
    sockets.welcome(0);
    let log = 0;
    const event = (pos: number) => ({ id: `evt_${pos}`, type: "message.received", timestamp: "", pos, data: {} });
    for (let turn = 0; turn < 60; turn++) {
      const { last } = sockets;
      const chance = int(5);
      if (chance < 3 && last.readyState === 1) for (let n = int(4); n > 0; n--) last.receive(event(++log));
      else if (chance === 3) log += int(3);
      else if (last.readyState === 1) {
        if (int(2)) last.end();
        else last.receive({ type: "bye", reconnect_in: int(2_000) });
      }
      await pass(int(3_000));
      if (sockets.last.readyState !== 0) {
        // A live line misses nothing: what happened meanwhile comes before what happens next.
        for (let pos = (heard.at(-1) ?? 0) + 1; pos <= log && sockets.last.readyState === 1; pos++) sockets.last.receive(event(pos));
        continue;
      }
      sockets.welcome(log);
      const hello = sockets.last.sent[0] as { after?: number };
      expect(hello.after).toBe(heard.at(-1) ?? 0);
      for (let pos = Math.max(1, (hello.after ?? 0) - int(3)); pos <= log; pos++) sockets.last.receive(event(pos));
    }
    expect(heard).toEqual(heard.map((_, i) => i + 1));
    expect(heard.length).toBeGreaterThan(10);
    link.close();
  });
});

test("a page in a window of a list is followed, too", async () => {
  const { line, queries } = await setup();
  queries.setQueryData(keys.conversationWindow({ status: "open" }, 3), page([conversation(1), conversation(2)]));
  line.receive({ type: "page", conversation_id: id("conv", 2), url: "https://shop.example.com/b", title: "B" });
  expect(queries.getQueryData(keys.conversationWindow({ status: "open" }, 3))).toMatchObject({ data: [{ page: null }, { page: { title: "B" } }] });
});
