import { expect, test } from "vitest";
import type { Client } from "../../src/shared/client.js";
import { tabsName } from "../../src/shared/tabs.js";
import { details, setup, shown } from "../fake/setup.js";
import { FakeBrowser } from "../fake/tabs.js";

/** A browser in which tabs can be opened, closed and crashed. */
function tabs(seed = 1) {
  const bundle = setup(seed);
  const { clock, visit } = bundle;
  const browser = new FakeBrowser(clock);
  const worlds = new Map<Client, { dead: boolean }>();
  const tab = (): Client => {
    const owner = { dead: false };
    const client: Client = visit({ tabs: (name) => browser.open(name, owner) });
    worlds.set(client, owner);
    return client;
  };
  /** The tab dies without a word: nothing it left in the storage is tidied up. */
  const crash = (client: Client) => {
    browser.crash(worlds.get(client) as object);
    client.stop();
  };
  return { ...bundle, browser, tab, crash, hang: (client: Client) => browser.hung.add(worlds.get(client) as object) };
}

async function twoTabs(seed = 1) {
  const bundle = tabs(seed);
  const { clock, tab } = bundle;
  const first = tab();
  first.start(details);
  await clock.until(() => first.snapshot().messages.length === 1);
  const second = tab();
  await clock.until(() => second.snapshot().messages.length === 1);
  return { ...bundle, first, second };
}

test("two tabs share one socket, and what either sends both see", async () => {
  const { clock, server, first, second } = await twoTabs();
  expect(server.sockets).toHaveLength(1);
  expect([first.snapshot().shared, second.snapshot().shared]).toEqual([false, true]);
  expect(second.snapshot().link).toBe("live");
  second.send("from the second");
  first.send("from the first");
  server.say("to both");
  await clock.until(() => [first, second].every((tab) => tab.snapshot().messages.length === 4 && tab.snapshot().outgoing.length === 0));
  expect(shown(first)).toEqual(shown(second));
  expect(server.sockets).toHaveLength(1);
  expect(server.callsTo("/messages")).toEqual([]);
});

test("typing, answers on their way and the state of the conversation reach every tab", async () => {
  const { clock, server, second } = await twoTabs();
  server.tell({ type: "typing", author: "Sarah", active: true });
  await clock.until(() => second.snapshot().typing === "Sarah");
  server.tell({ type: "delta", id: "a", author: "Otto", text: "Hel" });
  server.tell({ type: "delta", id: "a", author: "Otto", text: "lo" });
  await clock.until(() => second.snapshot().streaming[0]?.text === "Hello");
  server.tell({ type: "conversation", status: "closed", survey: true });
  await clock.until(() => second.snapshot().survey);
  second.compose(true);
  await clock.until(() => server.frames.some(({ type }) => type === "typing"));
});

test("a tab that comes in the middle of an answer gets its text so far, and what follows once", async () => {
  const { clock, server, tab } = await twoTabs();
  server.tell({ type: "delta", id: "a", author: "Otto", text: "We open " });
  server.tell({ type: "delta", id: "a", author: "Otto", text: "at " });
  const third = tab();
  await clock.until(() => third.snapshot().streaming.length > 0);
  expect(third.snapshot().streaming).toEqual([{ id: "a", author: "Otto", text: "We open at " }]);
  server.tell({ type: "delta", id: "a", author: "Otto", text: "nine." });
  await clock.until(() => third.snapshot().streaming[0]?.text !== "We open at ");
  expect(third.snapshot().streaming[0]?.text).toBe("We open at nine.");
});

test("a tab that comes later hears from the leader who is there, and how far the team has read", async () => {
  const { clock, server, second, tab } = await twoTabs();
  server.tell({ type: "presence", online: true });
  server.tell({ type: "read", seq: 1 });
  await clock.until(() => second.snapshot().agentRead === 1);
  const third = tab();
  await clock.until(() => third.snapshot().messages.length === 1);
  expect(third.snapshot()).toMatchObject({ online: true, agentRead: 1, shared: true });
});

test("when the leading tab dies the other takes over at once, from its cursor", async () => {
  const { clock, server, first, second, crash } = await twoTabs();
  crash(first);
  server.say("while nobody listened");
  await clock.advance(1_500);
  expect(server.sockets).toHaveLength(1);
  expect(shown(second).at(-1)).toBe("while nobody listened");
  expect(second.snapshot().shared).toBe(false);
});

test("what the dead tab could not send, the next leader does, each once and in order", async () => {
  const { clock, server, first, second, crash } = await twoTabs();
  server.faults.down = true;
  server.kill();
  for (const text of ["one", "two"]) first.send(text);
  await clock.advance(500);
  crash(first);
  server.faults.down = false;
  await clock.until(() => server.conversation.messages.length === 3);
  await clock.until(() => second.snapshot().outgoing.length === 0);
  expect(server.conversation.messages.map(({ body }) => body)).toEqual([details.message, "one", "two"]);
  expect(shown(second)).toEqual([details.message, "one", "two"]);
});

test("a leader that hangs is left alone: two sockets are better than none", async () => {
  const { clock, server, first, second, hang } = await twoTabs();
  hang(first);
  await clock.advance(60_000);
  server.say("heard after all");
  await clock.until(() => shown(second).includes("heard after all"));
  expect(server.sockets).toHaveLength(2);
});

test("where sockets are blocked one tab asks, and the other hears through it and sends by HTTP", async () => {
  const bundle = tabs();
  const { clock, server, tab } = bundle;
  server.faults.socketsBlocked = true;
  const first = tab();
  first.start(details);
  await clock.until(() => first.snapshot().link === "polling" && first.snapshot().messages.length === 1);
  const second = tab();
  await clock.until(() => second.snapshot().messages.length === 1);
  second.send("hello");
  await clock.until(() => shown(first).includes("hello") && second.snapshot().outgoing.length === 0);
  const asked = server.callsTo("/messages", "GET").length;
  await clock.advance(30_000);
  expect(server.callsTo("/messages", "GET").length - asked).toBeLessThanOrEqual(11);
});

test("a limit is told to the tab that met it, with the time of the next try", async () => {
  const { clock, server, second } = await twoTabs();
  server.faults.refusals = [{ on: "socket", status: 429 }, { on: "/messages", status: 429, retryAfter: 7 }];
  second.send("too fast");
  await clock.until(() => second.snapshot().outgoing[0]?.delivery === "limited");
  expect((second.snapshot().outgoing[0]?.retryAt ?? 0) - clock.now()).toBeGreaterThan(5_000);
  await clock.until(() => second.snapshot().outgoing.length === 0);
});

test("a visitor who is forgotten in one tab is forgotten in the other", async () => {
  const { clock, storage, first, second } = await twoTabs();
  first.logout();
  second.stored();
  await clock.advance(100);
  expect([first.snapshot().phase, second.snapshot().phase]).toEqual(["fresh", "fresh"]);
  expect(storage.length).toBe(0);
});

test("who logs out in one tab is shown by no other, signs nothing there and leaves nothing behind", async () => {
  const { clock, server, storage, tab } = tabs();
  const [first, second] = [tab(), tab()];
  for (const client of [first, second]) {
    void client.identify({ id: "jane", hash: "h", email: "jane@example.com" });
    await clock.advance(1_000);
    client.look(true);
  }
  second.start(details);
  await clock.until(() => second.snapshot().phase === "talking");
  first.stored();
  await clock.until(() => first.snapshot().messages.length === 1 && second.snapshot().messages.length === 1);
  // The second is about to note how far was read.
  server.say("An answer");
  await clock.advance(20);
  void first.logout();
  second.stored();
  await clock.advance(1_000);
  expect(second.snapshot()).toMatchObject({ phase: "fresh", details: null, known: { name: "", email: "" }, contact: null, identity: "none" });
  expect([second.api.proof, storage.length]).toEqual([null, 0]);
  second.start({ ...details, message: "Somebody else's" });
  await clock.until(() => second.snapshot().phase === "talking");
  expect(server.callsTo("/conversations").at(-1)?.body).not.toHaveProperty("identity");
});

test("words typed by who is logged out elsewhere are gone from the form", async () => {
  const { clock, storage, tab } = tabs();
  const [first, second] = [tab(), tab()];
  second.saveForm({ name: "Jane", message: "A secret" });
  const { place } = second.snapshot();
  void first.logout();
  second.stored();
  await clock.advance(100);
  expect(second.snapshot().form).toEqual({});
  expect(second.snapshot().place).not.toBe(place);
  expect(storage.length).toBe(0);
});

test("a tab in which somebody was known lets go of them when another tab lets the next one in", async () => {
  const { clock, storage, tab } = tabs();
  const [first, second] = [tab(), tab()];
  for (const client of [first, second]) void client.identify({ id: "jane", hash: "h" });
  await clock.advance(1_000);
  void first.identify({ id: "paul", hash: "h" });
  await clock.advance(1_000);
  // A tab that slept hears of all of it at once.
  second.stored();
  await clock.advance(100);
  expect([second.snapshot().identity, second.api.proof]).toEqual(["none", null]);
  expect(storage.getItem("parley:site_1:who")).toBe("paul");
  expect(first.snapshot().identity).toBe("verified");
});

test("names of tabs tell nothing of the token and differ for each", () => {
  const names = Array.from({ length: 500 }, (_, i) => tabsName(`token-${i}`));
  expect(new Set(names).size).toBe(500);
  expect(names.every((name) => !name.includes("token") && name.length <= 11)).toBe(true);
});

const seeds = Array.from({ length: 40 }, (_, i) => i + 1);
test.each(seeds)("seed %i: tabs come, go and crash, and every message is there once, in order", async (seed) => {
  const { clock, server, random, tab, crash } = tabs(seed);
  const open = [tab()];
  const one = () => open[Math.floor(random() * open.length)] as Client;
  // Every third visitor begins where nothing gets through for a while, and leaves for the next page meanwhile.
  const bad = seed % 3 === 0;
  Object.assign(server.faults, { down: bad, loseAnswers: bad });
  one().start(details);
  if (bad) {
    await clock.advance(Math.floor(random() * 5_000));
    server.faults.down = false;
    await clock.advance(Math.floor(random() * 5_000));
    expect(one().snapshot().mark).toBe("1");
    crash(open.pop() as Client);
    open.push(tab());
    server.faults.loseAnswers = false;
  }
  await clock.until(() => one().snapshot().messages.length === 1);
  const written: string[] = [];
  for (let round = 0; round < 30; round++) {
    Object.assign(server.faults, { down: random() < 0.15, socketsBlocked: random() < 0.15, loseAcks: random() < 0.2, loseAnswers: random() < 0.2 });
    server.faults.delay = () => Math.floor(random() * random() * 2_000);
    server.faults.copies = (frame) => (frame.type === "message" ? Math.floor(random() * 3) : 1);
    if (random() < 0.2) server.kill(random() < 0.5 ? 1006 : 4409);
    if (random() < 0.2 && open.length < 4) open.push(tab());
    if (random() < 0.2 && open.length > 1) crash(open.splice(Math.floor(random() * open.length), 1)[0] as Client);
    if (random() < 0.6) {
      written.push(`visitor ${round}`);
      one().send(`visitor ${round}`);
    }
    if (random() < 0.5) server.say(`team ${round}`);
    if (random() < 0.3) one().wake();
    await clock.advance(Math.floor(random() * 6_000));
    for (const { messages } of open.map((client) => client.snapshot())) expect(messages.map(({ seq }) => seq)).toEqual(messages.map((_, i) => i + 1));
  }
  Object.assign(server.faults, { down: false, socketsBlocked: false, loseAcks: false, loseAnswers: false, delay: () => 5, copies: () => 1 });
  // A tab that is left alone takes what the crashed ones left behind at its next visit at the latest.
  open.push(tab());
  const stored = () => server.conversation.messages;
  await clock.until(() => {
    server.sweep();
    const quiet = open.every((client) => client.snapshot().outgoing.length === 0 && client.snapshot().messages.length === stored().length);
    return quiet && stored().filter(({ direction }) => direction === "inbound").length === written.length + 1;
  }, 600_000);
  const bodies = stored().map(({ body }) => body);
  expect(bodies.filter((body) => !body.startsWith("team")).sort()).toEqual([details.message, ...written].sort());
  for (const client of open) expect(shown(client)).toEqual(bodies);
});
