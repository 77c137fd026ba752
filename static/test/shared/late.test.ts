// What comes late: answers after a logout, after another visitor came, after the conversation was gone.
import { expect, test, vi } from "vitest";
import { details, setup, shown } from "../fake/setup.js";

const remote = (token: string) => ({ conversation_token: token, status: "open" as const, last_message_at: null, last_message_preview: "Secret", unread: 0 });

test("a listener that throws costs the visitor nothing: what they write goes out, and others are told", async () => {
  const { clock, server, visit } = setup();
  const complained = vi.spyOn(console, "error").mockImplementation(() => {});
  const client = visit();
  const told = vi.fn();
  client.subscribe(() => {
    throw new Error("theirs");
  });
  client.subscribe(told);
  client.start(details);
  await clock.until(() => client.snapshot().messages.length === 1);
  client.send("And this");
  await clock.until(() => client.snapshot().outgoing.length === 0);
  expect(shown(client)).toEqual([details.message, "And this"]);
  expect(server.conversation.messages).toHaveLength(2);
  expect(told).toHaveBeenCalled();
  expect(complained).toHaveBeenCalled();
  complained.mockRestore();
});

test("who logs out while their identity is checked leaves none of their conversations behind", async () => {
  const { clock, server, storage, visit } = setup();
  server.remote = [remote("elsewhere")];
  server.faults.delay = () => 500;
  const client = visit();
  const identified = client.identify({ id: "jane", hash: "h" });
  await clock.advance(600);
  client.logout();
  await clock.advance(5_000);
  await identified;
  expect(client.snapshot().conversations).toEqual([]);
  expect(storage.length).toBe(0);
});

test("the conversations of somebody who was here a moment ago never reach the next visitor", async () => {
  const { clock, server, visit } = setup();
  server.remote = [remote("janes")];
  server.faults.delay = () => 500;
  const client = visit();
  const first = client.identify({ id: "jane", hash: "h" });
  await clock.advance(700);
  server.remote = [];
  server.faults.delay = () => 5;
  const second = client.identify({ id: "paul", hash: "h" });
  await clock.advance(5_000);
  expect(await Promise.all([first, second])).toMatchObject([{ ok: false, status: 0 }, { ok: true }]);
  expect(client.snapshot().conversations).toEqual([]);
});

test("news of a conversation that come after a logout are not kept", async () => {
  const { clock, server, storage, talk } = setup();
  const client = await talk();
  client.startNew();
  client.start({ ...details, message: "Another question" });
  await clock.until(() => client.snapshot().messages.length === 1);
  server.faults.delay = () => 500;
  const refreshed = client.refreshConversations();
  await clock.advance(700);
  client.logout();
  await clock.advance(5_000);
  await refreshed;
  expect(storage.length).toBe(0);
});

test("an answer to a question about a conversation that is gone is not taken for the next one's", async () => {
  const { clock, server, talk } = setup();
  server.faults.socketsBlocked = true;
  const client = await talk({ openSocket: () => null });
  server.say("To the old one");
  // The next question takes its time, and is answered when the conversation is another one.
  server.faults.delay = () => 3_000;
  await clock.advance(3_100);
  const [token = ""] = server.conversations.keys();
  server.faults.delay = () => 5;
  server.faults.refusals.push({ on: "POST /api/v1/chat/conversations/" + token + "/messages", status: 404 });
  client.send("Hello?");
  await clock.until(() => client.snapshot().phase === "fresh");
  client.start({ ...details, message: "Begun anew" });
  await clock.advance(10_000);
  expect(shown(client)).toEqual(["Begun anew"]);
});
