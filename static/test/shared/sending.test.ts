import { expect, test } from "vitest";
import type { Client } from "../../src/shared/client.js";
import { tooOld } from "../../src/shared/outbox.js";
import { setup, shown } from "../fake/setup.js";

const idle = (client: Client) => () => client.snapshot().outgoing.length === 0;
const bodies = (conversation: { messages: { body: string }[] }) => conversation.messages.map(({ body }) => body).slice(1);

test("a message is shown at once and settles when the server has it", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  client.send("Thank you");
  expect(client.snapshot().outgoing).toMatchObject([{ message: "Thank you", delivery: "sending" }]);
  await clock.until(idle(client));
  expect(shown(client).slice(1)).toEqual(["Thank you"]);
  expect(server.callsTo("/messages", "POST")).toEqual([]);
});

test("a lost acknowledgement is answered by the same client_id over HTTP, and the message is stored once", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  server.faults.loseAcks = true;
  server.faults.copies = (frame) => (frame.type === "message" ? 0 : 1);
  client.send("Only once");
  await clock.advance(9_000);
  const sent = server.frames.find((frame) => frame.type === "send");
  const [post] = server.callsTo("/messages", "POST");
  expect(post?.body["client_id"]).toBe(sent && "client_id" in sent && sent.client_id);
  expect(client.snapshot().outgoing).toMatchObject([{ delivery: "sent" }]);
  server.faults.copies = () => 1;
  server.kill();
  await clock.until(idle(client));
  expect(bodies(server.conversation)).toEqual(["Only once"]);
  expect(shown(client).slice(1)).toEqual(["Only once"]);
});

test("a line that breaks before the acknowledgement makes the message go out again, once stored", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  server.faults.delay = () => 500;
  client.send("Hold on");
  await clock.advance(600);
  server.kill();
  server.faults.delay = () => 5;
  await clock.until(idle(client));
  expect(bodies(server.conversation)).toEqual(["Hold on"]);
  expect(shown(client).slice(1)).toEqual(["Hold on"]);
});

test("what was under way on a broken line goes out again at once, not after the patience for acknowledgements", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  server.faults.loseAcks = true;
  server.faults.copies = (frame) => (frame.type === "message" ? 0 : 1);
  client.send("Hurry");
  await clock.advance(20);
  server.kill();
  await clock.advance(20);
  expect(server.callsTo("/messages", "POST")).toHaveLength(1);
});

test("what was written while the server was away arrives in order when it is back", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  server.faults.down = true;
  server.kill();
  for (const text of ["a", "b", "c"]) client.send(text);
  await clock.advance(20_000);
  expect(client.snapshot().outgoing.map(({ delivery }) => delivery)).toEqual(["queued", "queued", "queued"]);
  server.faults.down = false;
  await clock.until(idle(client));
  expect(bodies(server.conversation)).toEqual(["a", "b", "c"]);
});

test("unsent messages survive a reload and go out in order", async () => {
  const { clock, server, talk, visit } = setup();
  const first = await talk();
  server.faults.down = true;
  server.kill();
  first.send("before");
  first.send("the reload");
  first.stop();
  server.faults.down = false;
  const second = visit();
  expect(shown(second)).toEqual(["before", "the reload"]);
  await clock.until(() => shown(second).length === 3 && idle(second)());
  expect(shown(second).slice(1)).toEqual(["before", "the reload"]);
});

test("a reload after a lost acknowledgement shows and stores the message once", async () => {
  const { clock, server, talk, visit } = setup();
  const first = await talk();
  server.faults.loseAcks = true;
  server.faults.copies = (frame) => (frame.type === "message" ? 0 : 1);
  first.send("Stored already");
  await clock.advance(100);
  first.stop();
  server.faults.loseAcks = false;
  server.faults.copies = () => 1;
  const second = visit();
  await clock.until(() => second.snapshot().messages.length === 2);
  await clock.advance(20_000);
  expect(shown(second).slice(1)).toEqual(["Stored already"]);
  expect(bodies(server.conversation)).toEqual(["Stored already"]);
});

test("an acknowledged message leaves nothing in the storage", async () => {
  const { clock, storage, talk } = setup();
  const client = await talk();
  const before = storage.length;
  client.send("Gone from here");
  expect(storage.length).toBe(before + 1);
  await clock.until(idle(client));
  expect(storage.length).toBe(before);
});

test("an acknowledged message that is not yet read back is not sent again by a reload", async () => {
  const { clock, server, talk, visit } = setup();
  const first = await talk();
  server.faults.copies = (frame) => (frame.type === "message" ? 0 : 1);
  first.send("Acknowledged");
  await clock.advance(50);
  first.stop();
  const sent = () => server.frames.filter(({ type }) => type === "send").length + server.callsTo("/messages", "POST").length;
  expect(sent()).toBe(1);
  const second = visit();
  await clock.advance(1_000);
  expect(sent()).toBe(1);
  expect(second.snapshot().outgoing).toEqual([]);
});

test("too many messages wait for the Retry-After in sight, then go out in order", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  server.faults.refusals = [{ on: "socket", status: 429 }, { on: "/messages", status: 429, retryAfter: 12 }];
  client.send("one");
  client.send("two");
  await clock.until(() => client.snapshot().outgoing[0]?.delivery === "limited");
  expect(client.snapshot().outgoing[0]?.retryAt).toBe(clock.now() + 12_000);
  await clock.advance(11_500);
  expect(bodies(server.conversation)).toEqual([]);
  await clock.until(idle(client));
  expect(bodies(server.conversation)).toEqual(["one", "two"]);
});

test("a server that asks for silence gets it, whatever the line does meanwhile", async () => {
  const { clock, server, talk } = setup();
  server.faults.socketsBlocked = true;
  const client = await talk();
  server.faults.refusals = [{ on: "/messages", status: 503, retryAfter: 30 }];
  client.send("Later, then");
  await clock.until(() => server.faults.refusals.length === 0);
  server.faults.socketsBlocked = false;
  client.wake();
  await clock.advance(29_000);
  expect(bodies(server.conversation)).toEqual([]);
  await clock.until(idle(client), 5_000);
});

test("a message refused for good can be tried again or given up, and holds up no other", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  const refuse = () => {
    server.faults.refusals = [{ on: "socket", status: 422 }, { on: "/messages", status: 422, error: "Message is too long" }];
  };
  refuse();
  client.send("bad");
  client.send("good");
  await clock.until(() => bodies(server.conversation).includes("good"));
  const failed = client.snapshot().outgoing[0];
  expect(failed).toMatchObject({ message: "bad", delivery: "failed", error: "Message is too long" });
  client.retry(failed?.client_id ?? "");
  await clock.until(idle(client));
  expect(bodies(server.conversation)).toEqual(["good", "bad"]);

  refuse();
  client.send("worse");
  await clock.until(() => client.snapshot().outgoing[0]?.delivery === "failed");
  client.discard(client.snapshot().outgoing[0]?.client_id ?? "");
  expect(client.snapshot().outgoing).toEqual([]);
});

test("files go by multipart, with the text, under one client_id", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  client.send("See here", [new File(["pixels"], "bowl.png", { type: "image/png" })]);
  await clock.until(idle(client));
  const [post] = server.callsTo("/messages", "POST");
  expect(post?.files.map(({ name }) => name)).toEqual(["bowl.png"]);
  expect(post?.body).toMatchObject({ message: "See here" });
  const [file] = client.snapshot().messages.at(-1)?.attachments ?? [];
  expect(file).toMatchObject({ filename: "bowl.png" });
  const address = new URL(client.fileAddress(file?.url ?? "", "inline"));
  expect(address.pathname).toMatch(/^\/api\/v1\/chat\/conversations\/[A-Za-z0-9_-]{43}\/files\/1\/1$/);
  expect(address.search).toBe("?site_key=site_1&disposition=inline");
});

test("a message unsent for more than a day waits for its writer's word", async () => {
  const { clock, server, talk, visit } = setup();
  const first = await talk();
  server.faults.down = true;
  server.kill();
  first.send("Are you there?");
  await clock.advance(100);
  first.stop();
  server.faults.down = false;
  await clock.advance(25 * 60 * 60_000);
  const second = visit();
  await clock.advance(5_000);
  expect(second.snapshot().outgoing).toMatchObject([{ delivery: "failed", error: tooOld }]);
  second.retry(second.snapshot().outgoing[0]?.client_id ?? "");
  await clock.until(idle(second));
  expect(bodies(server.conversation)).toEqual(["Are you there?"]);
});

test.each(["blocked", "full"] as const)("with the storage %s, the page still talks", async (how) => {
  const { clock, server, storage, talk } = setup();
  storage[how] = true;
  const client = await talk();
  client.send("In memory");
  server.kill();
  await clock.until(idle(client));
  expect(shown(client).slice(1)).toEqual(["In memory"]);
});

test("unreadable leftovers in the storage harm nobody", async () => {
  const { clock, storage, visit } = setup();
  storage.setItem("parley:site_1:out:x", "{");
  storage.setItem("parley:site_1:out:y", '{"client_id":7}');
  storage.setItem("parley:site_1:start", "[");
  const client = visit();
  await clock.advance(1_000);
  expect(client.snapshot()).toMatchObject({ phase: "fresh", outgoing: [] });
});
