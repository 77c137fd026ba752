import { expect, test } from "vitest";
import { setup, shown } from "../fake/setup.js";

test("where sockets are blocked, messages are asked for by sequence number and sent by POST", async () => {
  const { clock, server, talk } = setup();
  server.faults.socketsBlocked = true;
  const client = await talk();
  expect(client.snapshot().link).toBe("polling");
  client.send("Do you ship to Norway?");
  server.say("We do.");
  await clock.until(() => shown(client).includes("We do."));
  expect(shown(client).slice(1).sort()).toEqual(["Do you ship to Norway?", "We do."]);
  expect(client.snapshot().outgoing).toEqual([]);
  await clock.advance(3_100);
  const last = server.callsTo("/messages", "GET").at(-1);
  expect(last?.query.get("after")).toBe("3");
  expect(last?.siteKey).toBe("site_1");
});

test("a browser without sockets asks every three seconds, and more slowly where nobody looks", async () => {
  const { clock, server, talk } = setup();
  const client = await talk({ openSocket: () => null });
  client.look(true);
  await clock.advance(3_000);
  const asked = () => server.callsTo("/messages", "GET").length;
  let before = asked();
  await clock.advance(60_000);
  expect(asked() - before).toBeGreaterThanOrEqual(19);
  expect(asked() - before).toBeLessThanOrEqual(20);
  client.look(false);
  await clock.advance(3_000);
  before = asked();
  await clock.advance(60_000);
  expect(asked() - before).toBe(4);
});

test("a browser that throws when a socket is made asks as well", async () => {
  const { clock, server, talk } = setup();
  const client = await talk({
    openSocket: () => {
      throw new DOMException("blocked", "SecurityError");
    },
  });
  server.say("Hello");
  await clock.until(() => shown(client).includes("Hello"));
  expect(client.snapshot().link).toBe("polling");
});

test("when sockets can be opened again, the client goes back to them and asks no more", async () => {
  const { clock, server, talk } = setup();
  server.faults.socketsBlocked = true;
  const client = await talk();
  await clock.advance(60_000);
  server.faults.socketsBlocked = false;
  await clock.until(() => client.snapshot().link === "live");
  await clock.advance(200);
  const asked = server.calls.length;
  server.say("Over the socket");
  await clock.advance(15_000);
  expect(shown(client)).toContain("Over the socket");
  expect(server.calls.length).toBe(asked);
});

test("120 messages posted within a second are each shown once to who asks", async () => {
  const { clock, server, talk } = setup();
  const client = await talk({ openSocket: () => null });
  for (let i = 0; i < 120; i++) {
    server.say(`${i}`);
    await clock.advance(8);
  }
  await clock.advance(4_000);
  expect(shown(client).slice(1)).toEqual(Array.from({ length: 120 }, (_, i) => `${i}`));
});

test("an asker who asks too often waits as long as the server says", async () => {
  const { clock, server, talk } = setup();
  const client = await talk({ openSocket: () => null });
  server.faults.refusals = [{ on: "GET /messages", status: 429, retryAfter: 20 }].map((refusal) => ({
    ...refusal,
    on: "/messages",
  }));
  await clock.until(() => server.faults.refusals.length === 0);
  const asked = server.callsTo("/messages", "GET").length;
  await clock.advance(19_500);
  expect(server.callsTo("/messages", "GET").length).toBe(asked);
  server.say("Later");
  await clock.until(() => shown(client).includes("Later"));
});

test("a server that is away is asked ever more rarely, and the state says so", async () => {
  const { clock, server, talk } = setup();
  const client = await talk({ openSocket: () => null });
  server.faults.down = true;
  await clock.advance(120_000);
  expect(client.snapshot().link).toBe("down");
  server.faults.down = false;
  server.say("Back");
  client.wake();
  await clock.until(() => shown(client).includes("Back"), 1_000);
  expect(client.snapshot().link).toBe("polling");
});

test("an asker learns that the conversation is gone, or that the key is refused", async () => {
  for (const [status, phase] of [[404, "fresh"], [401, "refused"]] as const) {
    const { clock, server, talk } = setup();
    const client = await talk({ openSocket: () => null });
    server.faults.refusals = [{ on: "/messages", status }];
    await clock.until(() => client.snapshot().phase === phase);
  }
});

test("a request that hangs is given up after a while and made again", async () => {
  const { clock, server, talk } = setup();
  const client = await talk({ openSocket: () => null });
  await clock.advance(1_000);
  server.faults.delay = () => 10 * 60_000;
  await clock.advance(5_000);
  server.faults.delay = () => 5;
  server.say("After the hang");
  await clock.until(() => shown(client).includes("After the hang"), 40_000);
});
