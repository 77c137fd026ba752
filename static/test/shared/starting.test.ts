import { expect, test } from "vitest";
import { details, setup, shown } from "../fake/setup.js";

test("mere looking leaves nothing in the storage and asks the server nothing", async () => {
  const { clock, server, storage, visit } = setup();
  const client = visit();
  await clock.advance(60_000);
  expect(client.snapshot().phase).toBe("fresh");
  expect(storage.length).toBe(0);
  expect(server.calls).toEqual([]);
  expect(server.opened).toBe(0);
});

test("a beginning carries 256 random bits, the page and a client_id, and opens a socket", async () => {
  const { clock, server, visit } = setup();
  const client = visit();
  const page = { url: "https://shop.example/bowls", title: "Bowls", referrer: "" };
  client.start({ ...details, page, locale: "en" });
  expect(client.snapshot().phase).toBe("starting");
  expect(shown(client)).toEqual([details.message]);
  await clock.until(() => client.snapshot().link === "live");

  const body = server.callsTo("/conversations")[0]?.body;
  expect(body).toMatchObject({ ...details, page, locale: "en" });
  expect(body?.["visitor_token"]).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(body?.["client_id"]).toMatch(/^[A-Za-z0-9_-]{22}$/);
  expect(client.snapshot()).toMatchObject({ phase: "talking", autoReply: server.autoReply });
  expect(server.frames[0]).toEqual({
    type: "hello",
    site_key: "site_1",
    visitor_token: body?.["visitor_token"],
    after: 0,
  });
});

test("the first message is in view from the click on, once, also when the server gives it no client_id", async () => {
  const { clock, server, visit } = setup();
  const client = visit();
  const seen = new Set<string>();
  client.subscribe(() => seen.add(JSON.stringify(shown(client))));
  server.faults.copies = (frame) => {
    if (frame.type === "message") delete frame.message.client_id;
    return 1;
  };
  client.start(details);
  await clock.until(() => client.snapshot().messages.length === 1);
  expect(shown(client)).toEqual([details.message]);
  expect([...seen]).toEqual([JSON.stringify([details.message])]);
});

test("the proof of who begins stays out of the storage, and goes along again after a reload", async () => {
  const { clock, server, storage, visit } = setup();
  const identity = { id: "user-7", hash: "f00d" };
  server.faults.down = true;
  const first = visit();
  void first.identify(identity);
  first.start(details);
  await clock.advance(100);
  const kept = Array.from({ length: storage.length }, (_, i) => storage.getItem(storage.key(i) ?? ""));
  expect(kept.join()).toContain(details.message);
  expect(kept.join()).not.toContain("f00d");
  first.stop();
  server.faults.down = false;
  server.faults.refusals = [{ on: "/conversations", status: 401, error: "Please sign in to chat" }];
  const second = visit();
  await clock.advance(20);
  expect(second.snapshot().phase).toBe("starting");
  void second.identify(identity);
  await clock.until(() => second.snapshot().messages.length === 1);
  expect(server.callsTo("/conversations").map(({ body }) => body["identity"])).toEqual([undefined, identity]);
});

test("a beginning that nobody signs after a reload is given back in the end", async () => {
  const { clock, server, visit } = setup();
  server.faults.down = true;
  const first = visit();
  first.saveForm(details);
  first.start(details);
  await clock.advance(100);
  first.stop();
  server.faults.down = false;
  server.faults.refusals = Array(9).fill({ on: "/conversations", status: 401, error: "Please sign in to chat" });
  const second = visit();
  await clock.until(() => second.snapshot().phase === "fresh");
  expect(second.snapshot()).toMatchObject({ problem: "Please sign in to chat", form: details });
  expect(server.callsTo("/conversations")).toHaveLength(5);
});

test("a refused form comes back with the server's sentence and what was typed", async () => {
  const { clock, server, visit } = setup();
  const client = visit();
  server.faults.refusals = [{ on: "/conversations", status: 422, error: "Invalid email address" }];
  client.start({ ...details, email: "jane@" });
  await clock.until(() => client.snapshot().phase === "fresh");
  expect(client.snapshot()).toMatchObject({
    problem: "Invalid email address",
    details: { ...details, email: "jane@" },
  });
  client.start(details);
  expect(client.snapshot().problem).toBe("");
  await clock.until(() => client.snapshot().phase === "talking");
});

test("a lost answer is asked for again with the same token and client_id, and one conversation exists", async () => {
  const { clock, server, visit } = setup();
  const client = visit();
  server.faults.loseAnswers = true;
  client.start(details);
  await clock.until(() => server.callsTo("/conversations").length === 3);
  server.faults.loseAnswers = false;
  await clock.until(() => client.snapshot().messages.length === 1);
  expect(new Set(server.callsTo("/conversations").map(({ body }) => body["client_id"])).size).toBe(1);
  expect(server.conversations.size).toBe(1);
  expect(server.conversation.messages).toHaveLength(1);
});

test("a reload in the middle of a beginning goes on with it", async () => {
  const { clock, server, visit } = setup();
  server.faults.down = true;
  const first = visit();
  first.start(details);
  await clock.advance(2_000);
  first.stop();

  server.faults.down = false;
  const second = visit();
  expect(second.snapshot().phase).toBe("starting");
  await clock.until(() => second.snapshot().messages.length === 1);
  expect(server.conversation.messages.map(({ body }) => body)).toEqual([details.message]);
});

test("a token that is taken is given up for a new one", async () => {
  const { clock, server, visit } = setup();
  server.faults.refusals = [{ on: "/conversations", status: 409 }];
  const client = visit();
  client.start(details);
  await clock.until(() => client.snapshot().phase === "talking");
  const tokens = server.callsTo("/conversations").map(({ body }) => body["visitor_token"]);
  expect(tokens).toHaveLength(2);
  expect(tokens[0]).not.toBe(tokens[1]);
});

test("too many beginnings wait for as long as the server says, visibly", async () => {
  const { clock, server, visit } = setup();
  server.faults.refusals = [{ on: "/conversations", status: 429, retryAfter: 42 }];
  const client = visit();
  client.start(details);
  await clock.until(() => client.snapshot().outgoing[0]?.delivery === "limited");
  expect(client.snapshot().outgoing[0]?.retryAt).toBe(clock.now() + 42_000);
  await clock.advance(41_000);
  expect(server.callsTo("/conversations")).toHaveLength(1);
  await clock.until(() => client.snapshot().phase === "talking");
});

test("an unknown site key and a foreign origin turn the visitor away", async () => {
  for (const status of [401, 403]) {
    const { clock, server, visit } = setup();
    server.faults.refusals = [{ on: "/conversations", status }];
    const client = visit();
    client.start(details);
    await clock.until(() => client.snapshot().phase === "refused");
    await clock.advance(300_000);
    expect(server.calls).toHaveLength(1);
  }
});

test("two tabs with their forms open lead into one conversation", async () => {
  const { clock, server, visit } = setup();
  const one = visit();
  const two = visit();
  one.start(details);
  await clock.until(() => one.snapshot().phase === "talking");
  two.start({ ...details, message: "Second tab" });
  await clock.until(() => shown(two).length === 2 && two.snapshot().outgoing.length === 0);
  expect(server.conversations.size).toBe(1);
  expect(shown(one)).toEqual([details.message, "Second tab"]);
  expect(shown(two)).toEqual([details.message, "Second tab"]);
});

test("two tabs that begin in the same moment lead into one conversation", async () => {
  const { clock, server, visit } = setup();
  const one = visit();
  const two = visit();
  one.start(details);
  two.start({ ...details, message: "Same moment" });
  await clock.until(() => shown(two).length === 2 && two.snapshot().outgoing.length === 0);
  expect(server.conversations.size).toBe(1);
  expect(shown(one)).toEqual([details.message, "Same moment"]);
});

test("a tab that waits with its form joins when another tab's conversation shows in the storage", async () => {
  const { clock, visit, talk } = setup();
  const waiting = visit();
  await talk();
  waiting.wake();
  await clock.until(() => waiting.snapshot().messages.length === 1);
  expect(waiting.snapshot().phase).toBe("talking");
});

test("the visitor token is in no address of the start and of the socket", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  await clock.advance(1_000);
  const token = String(server.callsTo("/conversations")[0]?.body["visitor_token"]);
  expect(client.api.socketAddress()).toBe("wss://chat.example/api/v1/chat/ws");
  expect(server.calls.filter(({ path, query }) => `${path}?${query}`.includes(token))).toEqual([]);
});
