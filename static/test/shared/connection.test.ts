import { expect, test } from "vitest";
import type { Client } from "../../src/shared/client.js";
import { setup, shown } from "../fake/setup.js";

const live = (client: Client) => () => client.snapshot().link === "live";
const hellos = (frames: { type: string }[]) => frames.filter(({ type }) => type === "hello");

test("what was said while the line was down arrives after it, from the cursor on", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  server.say("One");
  await clock.until(() => shown(client).length === 2);

  server.faults.down = true;
  server.kill();
  server.say("Two");
  server.say("Three");
  await clock.advance(10_000);
  expect(client.snapshot().link).toBe("down");
  server.faults.down = false;
  await clock.until(live(client));
  await clock.until(() => shown(client).length === 4);
  expect(shown(client).slice(1)).toEqual(["One", "Two", "Three"]);
  expect(hellos(server.frames).at(-1)).toMatchObject({ after: 2 });
});

test.each([1001, 1006, 1012, 4408, 4409])("close code %i means: come back with the cursor", async (code) => {
  const { clock, server, talk } = setup();
  const client = await talk();
  server.kill(code);
  await clock.until(() => server.sockets.length === 1, 5_000);
  await clock.until(live(client));
  expect(hellos(server.frames).map((frame) => "after" in frame && frame.after)).toEqual([0, 1]);
});

test("a message that would leave a hole is not shown before what is missing", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  server.faults.copies = (frame) => (frame.type === "message" && frame.message.body === "Lost" ? 0 : 1);
  server.say("Lost");
  await clock.advance(100);
  server.faults.copies = () => 1;
  const views: string[][] = [];
  client.subscribe(() => views.push(shown(client)));
  server.say("After it");
  await clock.until(() => shown(client).length === 3);
  expect(shown(client).slice(1)).toEqual(["Lost", "After it"]);
  expect(views.filter((view) => view.includes("After it") && !view.includes("Lost"))).toEqual([]);
});

test("a message delivered twice is shown once", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  server.faults.copies = () => 2;
  server.say("Hello");
  await clock.advance(1_000);
  expect(shown(client).slice(1)).toEqual(["Hello"]);
});

test("a half-open line is noticed within 30 s and replaced", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  server.faults.mute = true;
  const since = clock.now();
  await clock.until(() => client.snapshot().link !== "live");
  expect(clock.now() - since).toBeLessThanOrEqual(30_000);
  server.faults.mute = false;
  server.say("Still here?");
  await clock.until(() => shown(client).includes("Still here?"));
});

test("a quiet line is kept by pings, without a new socket", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  await clock.advance(10 * 60_000);
  expect(client.snapshot().link).toBe("live");
  expect(server.opened).toBe(1);
  expect(server.frames.filter(({ type }) => type === "ping").length).toBeGreaterThanOrEqual(24);
});

test("waking up finds a dead line within seconds", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  server.faults.mute = true;
  client.wake();
  await clock.advance(4_100);
  expect(client.snapshot().link).not.toBe("live");
});

test("waking up while a long wait runs tries at once", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  server.faults.down = true;
  server.kill();
  await clock.advance(300_000);
  server.faults.down = false;
  client.wake();
  await clock.advance(100);
  expect(client.snapshot().link).toBe("live");
});

test("attempts spread out to half a minute and never rush", async () => {
  const { clock, server, talk } = setup();
  await talk({ random: () => 0.999 });
  server.faults.down = true;
  server.kill();
  const before = server.opened;
  await clock.advance(10 * 60_000);
  const attempts = server.opened - before;
  expect(attempts).toBeGreaterThan(15);
  expect(attempts).toBeLessThan(30);
});

test("a farewell is followed: the new socket comes when the server asked for it", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  server.tell({ type: "bye", reconnect_in: 7_000 });
  await clock.advance(1_000);
  server.say("Still on the old socket");
  await clock.advance(100);
  expect(shown(client)).toContain("Still on the old socket");
  server.kill(1012);
  client.wake();
  await clock.advance(5_500);
  expect(server.opened).toBe(1);
  await clock.advance(2_000);
  expect(server.opened).toBe(2);
  expect(client.snapshot().link).toBe("live");
});

test("a socket that stays open after its farewell is left when the time is over", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  server.tell({ type: "bye", reconnect_in: 3_000 });
  await clock.advance(4_000);
  expect(server.opened).toBe(2);
  expect(client.snapshot().link).toBe("live");
});

test("a conversation that is gone leads back to the form with what was not delivered", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  server.faults.down = true;
  server.kill();
  client.send("Are you open on Sunday?");
  server.conversations.clear();
  server.faults.down = false;
  await clock.until(() => client.snapshot().phase === "fresh");
  expect(client.snapshot()).toMatchObject({ messages: [], outgoing: [] });
  expect(client.snapshot().details).toMatchObject({ message: "Are you open on Sunday?" });
  client.start({ name: "Jane", email: "jane@example.com", message: "Again" });
  await clock.until(() => shown(client).length === 1 && client.snapshot().link === "live");
  expect(shown(client)).toEqual(["Again"]);
});

test("a wrong site key ends all attempts", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  server.kill(4401);
  await clock.advance(300_000);
  expect(client.snapshot().phase).toBe("refused");
  expect(server.opened).toBe(1);
});

test("a socket forbidden for this origin leaves asking as the way, and no more sockets", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  server.kill(4403);
  await clock.until(() => client.snapshot().link === "polling");
  server.say("By asking");
  await clock.until(() => shown(client).includes("By asking"));
  await clock.advance(300_000);
  expect(server.opened).toBe(1);
});

test("too many sockets: half a minute of asking before the next", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  server.kill(4429);
  await clock.advance(29_000);
  expect(client.snapshot().link).toBe("polling");
  client.wake();
  await clock.advance(100);
  expect(server.opened).toBe(1);
  await clock.until(live(client), 62_000);
});

test("ten thousand missed messages arrive in order with one read receipt", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  client.look(true);
  server.faults.down = true;
  server.kill();
  for (let i = 1; i <= 10_000; i++) server.conversation.post({ direction: "outbound", body: `${i}`, author: "S" }, clock.now());
  server.faults.down = false;
  server.faults.delay = () => 0;
  client.wake();
  await clock.until(() => server.conversation.read === 10_001);
  expect(shown(client).slice(1)).toEqual(Array.from({ length: 10_000 }, (_, i) => `${i + 1}`));
  expect(server.frames.filter(({ type }) => type === "read")).toHaveLength(1);
});

test("a stopped client is silent", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  client.stop();
  const before = server.frames.length + server.calls.length + server.opened;
  await clock.advance(300_000);
  expect(server.frames.length + server.calls.length + server.opened).toBe(before);
  expect(server.sockets).toHaveLength(0);
});
