import { expect, test, vi } from "vitest";
import { Client } from "../../src/shared/client.js";
import { details, setup, shown } from "../fake/setup.js";

const identity = { id: "user-7", hash: "f00d" };
const jwt = (sub: string) => `x.${btoa(JSON.stringify({ sub }))}.y`;

/** A visitor with two conversations, the second in view. */
async function two() {
  const bundle = setup();
  const client = await bundle.talk();
  const [first] = client.snapshot().conversations;
  client.startNew();
  client.start({ ...details, message: "Another thing" });
  await bundle.clock.until(() => client.snapshot().messages[0]?.body === "Another thing");
  await bundle.clock.advance(1_000);
  return { ...bundle, client, first: first?.key ?? "none" };
}

test("a new conversation leaves nothing behind until it is begun", async () => {
  const { storage, talk, clock } = setup();
  const client = await talk();
  await clock.advance(1_000);
  const before = storage.length;
  client.startNew();
  expect(client.snapshot()).toMatchObject({ phase: "fresh", messages: [] });
  expect(client.snapshot().conversations).toHaveLength(1);
  expect(storage.length).toBe(before);
});

test("conversations are listed, the newest first, and can be switched", async () => {
  const { clock, client, first, server } = await two();
  expect(client.snapshot().conversations).toMatchObject([
    { preview: "Another thing", current: true, status: "open", unread: 0 },
    { preview: details.message, current: false, key: first },
  ]);
  client.switchTo(first);
  await clock.until(() => shown(client)[0] === details.message);
  expect(client.snapshot().conversations.find(({ current }) => current)?.key).toBe(first);
  expect(server.sockets).toHaveLength(1);
  client.switchTo("unknown");
  expect(shown(client)).toEqual([details.message]);
});

test("where the browser forbids the storage, conversations are listed and switched as well", async () => {
  const { clock, storage, talk } = setup();
  storage.blocked = true;
  const client = await talk();
  client.startNew();
  client.start({ ...details, message: "Another thing" });
  await clock.until(() => client.snapshot().messages[0]?.body === "Another thing");
  const { conversations } = client.snapshot();
  expect(conversations.map(({ preview }) => preview)).toEqual(["Another thing", details.message]);
  client.switchTo(conversations[1]?.key ?? "none");
  await clock.until(() => shown(client)[0] === details.message);
  client.logout();
  expect(client.snapshot().conversations).toEqual([]);
});

test("a reload goes on with the conversation that was in view", async () => {
  const { clock, client, visit } = await two();
  client.stop();
  const again = visit();
  await clock.until(() => again.snapshot().messages[0]?.body === "Another thing");
  expect(again.snapshot().conversations).toHaveLength(2);
});

test("what is unsent when the visitor switches still goes out, also after a reload", async () => {
  const { clock, client, first, server, visit } = await two();
  server.faults.down = true;
  server.kill();
  client.send("not lost");
  client.switchTo(first);
  expect(client.snapshot().conversations.find(({ current }) => !current)?.unsent).toBe(1);
  client.stop();
  server.faults.down = false;
  const again = visit();
  await clock.until(() => [...server.conversations.values()].some(({ messages }) => messages.at(-1)?.body === "not lost"));
  await clock.advance(2_000);
  expect(server.sockets).toHaveLength(1);
  expect(shown(again)).toEqual([details.message]);
});

test("the list asks for what is new in the others", async () => {
  const { client, first, server } = await two();
  const [older] = server.conversations.values();
  server.say("An answer to the first", older);
  const done = client.refreshConversations();
  await server.clock.advance(100);
  await done;
  expect(client.snapshot().conversations.find(({ key }) => key === first)).toMatchObject({ unread: 1, preview: "An answer to the first" });
});

test("answers elsewhere count as unread, also after a reload, until they are looked at", async () => {
  const { client, first, server, visit } = await two();
  const { clock } = server;
  client.look(true);
  const [older] = server.conversations.values();
  server.say("An answer to the first", older);
  expect(client.snapshot()).toMatchObject({ unread: 0, elsewhere: 0 });
  void client.lookAround();
  await clock.advance(100);
  expect(client.snapshot()).toMatchObject({ unread: 1, elsewhere: 1 });
  client.stop();
  const again = visit();
  again.look(true);
  expect(again.snapshot()).toMatchObject({ unread: 1, elsewhere: 1 });
  again.switchTo(first);
  await clock.until(() => again.snapshot().messages.length === 2);
  await clock.advance(1_000);
  expect(again.snapshot()).toMatchObject({ unread: 0, elsewhere: 0 });
});

test("looking around without news writes nothing, and asks the ten newest at most", async () => {
  const { clock, server, storage, visit } = setup();
  for (let i = 0; i < 12; i++) server.begin(`token-${i}`, "Hello");
  server.remote = [...server.conversations].map(([conversation_token, conversation]) => {
    server.say("An answer", conversation);
    const last_message_at = conversation.messages[1]?.timestamp ?? null;
    return { conversation_token, status: "open", last_message_at, last_message_preview: "An answer", unread: 1 };
  });
  const client = visit();
  await Promise.all([client.identify({ id: "jane", hash: "h" }), clock.advance(100)]);
  const asked = () => server.callsTo("/messages", "GET").length;
  const before = asked();
  await Promise.all([client.lookAround(), clock.advance(100)]);
  expect(asked() - before).toBeLessThanOrEqual(10);
  // The server counted what is unread before; reading it again does not count it twice.
  expect(client.snapshot().elsewhere).toBe(11);
  const written = vi.spyOn(storage, "setItem");
  await Promise.all([client.lookAround(), clock.advance(100)]);
  expect(written.mock.calls.filter(([key]) => key.endsWith("summary"))).toEqual([]);
});

test("drafts of composer and form survive a reload, and go when they are sent", async () => {
  const { clock, visit, storage } = setup();
  const client = visit();
  client.saveForm({ name: "Jane", message: "I was wond" });
  client.stop();
  const again = visit();
  expect(again.snapshot().form).toEqual({ name: "Jane", message: "I was wond" });
  again.saveForm({ name: "" });
  expect(storage.length).toBe(0);
  again.start(details);
  await clock.until(() => again.snapshot().messages.length === 1);
  again.saveDraft("and also");
  again.stop();
  const third = visit();
  expect(third.snapshot()).toMatchObject({ draft: "and also", form: {} });
  third.send("and also");
  expect(third.snapshot().draft).toBe("");
});

test("the form of a further conversation survives a look elsewhere and a reload", async () => {
  const { clock, client, first, visit } = await two();
  client.startNew();
  client.saveForm({ message: "Half a thought" });
  client.switchTo(first);
  client.startNew();
  expect(client.snapshot().form).toEqual({ message: "Half a thought" });
  client.switchTo(first);
  client.stop();
  const again = visit();
  await clock.until(() => again.snapshot().messages.length === 1);
  again.startNew();
  expect(again.snapshot()).toMatchObject({ phase: "fresh", form: { message: "Half a thought" } });
});

test("a link into another conversation leaves alone what is being begun", async () => {
  const { clock, server, storage, random, visit } = setup();
  server.faults.down = true;
  const first = visit();
  first.start(details);
  await clock.advance(100);
  first.stop();
  server.faults.down = false;
  server.begin("elsewhere", "From the mail");
  const client = new Client({ world: server.world(storage, random), origin: "https://chat.example", siteKey: "site_1" });
  client.adopt("elsewhere");
  client.open();
  await clock.until(() => shown(client)[0] === "From the mail");
  expect(client.snapshot().phase).toBe("talking");
  await clock.until(() => client.snapshot().conversations.length === 2);
  expect([...server.conversations.values()].map(({ messages }) => messages[0]?.body)).toContain(details.message);
});

test("a signed identity is verified, and brings the conversations of other devices", async () => {
  const { clock, server, visit } = setup();
  const client = visit();
  server.remote = [{ conversation_token: "elsewhere", status: "open", last_message_at: "2026-01-25T10:00:00.000000Z", last_message_preview: "Hello again", unread: 1 }];
  server.begin("elsewhere", "Hello again");
  const done = client.identify({ ...identity, email: "jane@example.com" });
  expect(client.snapshot().identity).toBe("checking");
  await clock.advance(100);
  expect(await done).toEqual({ ok: true });
  expect(server.callsTo("/identify")[0]?.body).toEqual({ visitor_tokens: [], identity, email: "jane@example.com" });
  await clock.until(() => shown(client)[0] === "Hello again");
  expect(client.snapshot()).toMatchObject({ identity: "verified", contact: { id: "cnt_7", name: "Jane" } });
  const again = client.refreshConversations();
  await clock.advance(100);
  await again;
  expect(client.snapshot().conversations).toHaveLength(1);
});

test("a conversation of this device is not listed twice when the server names it otherwise", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  server.remote = [{ conversation_token: "conversation-1", status: "closed", last_message_at: null, last_message_preview: details.message, unread: 0 }];
  void client.identify({ token: jwt("user-7") });
  await clock.advance(100);
  expect(client.snapshot().conversations).toHaveLength(1);
  expect(server.callsTo("/identify")[0]?.body["visitor_tokens"]).toHaveLength(1);
});

test("who is known begins without being asked again, be it the page or its token that told", async () => {
  const { clock, server, visit } = setup();
  const client = visit();
  expect(client.snapshot().known).toEqual({ name: "", email: "" });
  void client.identify(identity);
  await clock.advance(100);
  expect(client.snapshot().known).toEqual({ name: "Jane", email: "" });
  void client.identify({ token: `e30.${Buffer.from('{"sub":"7","name":"Zoë","email":"zoe@example.com"}').toString("base64url")}.x` });
  await clock.advance(100);
  expect(client.snapshot().known).toEqual({ name: "Zoë", email: "zoe@example.com" });
  client.start({ name: "", email: "", message: "Hello" });
  await clock.advance(100);
  expect(server.callsTo("/conversations")[0]?.body).toMatchObject({ name: "Zoë", email: "zoe@example.com", message: "Hello" });
});

test("the proof goes with the beginning of a conversation, a refused one is said", async () => {
  const { clock, server, visit } = setup();
  const client = visit();
  server.faults.refusals = [{ on: "/identify", status: 401, error: "Identity could not be verified" }];
  const done = client.identify(identity);
  await clock.advance(100);
  expect(await done).toMatchObject({ ok: false, status: 401 });
  expect(client.snapshot()).toMatchObject({ identity: "refused", contact: null, phase: "fresh" });
  server.faults.refusals = [{ on: "/conversations", status: 401, error: "Please sign in to chat" }];
  client.start(details);
  await clock.advance(100);
  expect(client.snapshot()).toMatchObject({ phase: "fresh", problem: "Please sign in to chat" });
  expect(server.callsTo("/conversations").length).toBe(1);
});

test("an answer on who was here before a logout brings nothing of theirs back", async () => {
  const { clock, server, storage, visit } = setup();
  const client = visit();
  server.remote = [{ conversation_token: "elsewhere", status: "open", last_message_at: null, last_message_preview: "Mine", unread: 1 }];
  const asked = client.identify(identity);
  client.logout();
  await clock.advance(100);
  expect(await asked).toMatchObject({ ok: false, status: 0 });
  expect(client.snapshot()).toMatchObject({ phase: "fresh", conversations: [], identity: "none", contact: null });
  expect(storage.length).toBe(0);
  void client.identify(identity);
  await clock.advance(6);
  server.remote = [];
  void client.identify({ token: jwt("other") });
  await clock.advance(100);
  expect(client.snapshot()).toMatchObject({ conversations: [], identity: "verified" });
});

test("news of another conversation that come after a logout leave nothing behind", async () => {
  const { client, clock, server, storage } = await two();
  server.say("Late", [...server.conversations.values()][0]);
  const asked = client.refreshConversations();
  client.logout();
  await clock.advance(1_000);
  await asked;
  expect(storage.length).toBe(0);
});

test("who asked for a new conversation is left there, though others are found", async () => {
  const { clock, server, visit } = setup();
  const client = visit();
  server.remote = [{ conversation_token: "elsewhere", status: "open", last_message_at: null, last_message_preview: "Hello", unread: 0 }];
  server.begin("elsewhere", "Hello");
  void client.identify(identity);
  client.startNew();
  await clock.advance(100);
  expect(client.snapshot()).toMatchObject({ phase: "fresh", conversations: [{ preview: "Hello" }] });
  client.switchTo(client.snapshot().conversations[0]?.key ?? "");
  client.startNew();
  void client.refreshConversations();
  await clock.advance(100);
  expect(client.snapshot().phase).toBe("fresh");
});

test("another user on the same device finds nothing of the one before", async () => {
  const { clock, talk, server } = setup();
  const client = await talk();
  void client.identify({ token: jwt("one") });
  await clock.advance(100);
  void client.identify({ token: jwt("one") });
  await clock.advance(100);
  expect(client.snapshot().phase).toBe("talking");
  void client.identify({ token: jwt("two") });
  expect(client.snapshot()).toMatchObject({ phase: "fresh", conversations: [] });
  await clock.advance(100);
  expect(server.callsTo("/identify").at(-1)?.body["visitor_tokens"]).toEqual([]);
});

test("logout wipes the device, unsent messages and drafts included", async () => {
  const { client, storage, server, clock } = await two();
  client.saveDraft("secret");
  client.logout();
  await clock.advance(5_000);
  expect(storage.length).toBe(0);
  expect(server.sockets).toEqual([]);
  expect(client.snapshot()).toMatchObject({ phase: "fresh", conversations: [], draft: "", messages: [] });
});

test("a person and a transcript can be asked for; limits say when to try again", async () => {
  const { clock, client, server } = await two();
  server.tell({ type: "conversation", status: "open", assistant_active: true }, [...server.conversations.values()][1]);
  await clock.until(() => client.snapshot().assistantActive);
  const asked = client.person();
  await clock.advance(100);
  expect(await asked).toEqual({ ok: true });
  expect(client.snapshot().assistantActive).toBe(false);
  server.faults.refusals = [{ on: "/transcript", status: 429, retryAfter: 60, error: "Too many" }];
  const refused = client.transcript();
  await clock.advance(100);
  expect(await refused).toMatchObject({ ok: false, status: 429, error: "Too many" });
  const sent = client.transcript();
  await clock.advance(100);
  expect(await sent).toEqual({ ok: true });
});

test("pages are told once there is a conversation, the last of a quick row, and each once", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  const page = (name: string) => ({ url: `https://shop.example/${name}`, title: name, referrer: "" });
  for (const name of ["a", "b", "c"]) client.track(page(name));
  await clock.advance(3_000);
  client.track(page("c"));
  await clock.advance(3_000);
  client.track(page("d"));
  await clock.advance(3_000);
  expect(server.callsTo("/page").map(({ body }) => body["title"])).toEqual(["c", "d"]);
  client.logout();
  client.track(page("e"));
  await clock.advance(3_000);
  expect(server.callsTo("/page")).toHaveLength(2);
});

test("a delta that ends drops its bubble", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  server.tell({ type: "delta", id: "a", author: "Otto", text: "Let me" });
  await clock.until(() => client.snapshot().streaming.length === 1);
  server.tell({ type: "delta", id: "a", text: "", end: true });
  await clock.until(() => client.snapshot().streaming.length === 0);
});

test("articles are searched and read", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  server.articles = [{ id: "art_1", title: "Returns", content: "30 days" }];
  const found = client.articles("return", "en");
  const read = client.article("art_1");
  await clock.advance(100);
  expect(await found).toMatchObject({ ok: true, value: [{ title: "Returns" }] });
  expect(await read).toMatchObject({ ok: true, value: { content: "30 days" } });
  expect(server.callsTo("/articles")[0]?.query.get("q")).toBe("return");
});
