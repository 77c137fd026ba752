import { expect, test } from "vitest";
import { setup } from "../fake/setup.js";

test("messages count as unread until the visitor looks, and a reload remembers", async () => {
  const { clock, server, talk, visit } = setup();
  const first = await talk();
  server.say("One");
  server.say("Two");
  await clock.until(() => first.snapshot().unread === 2);
  first.look(true);
  expect(first.snapshot().unread).toBe(0);
  await clock.until(() => server.conversation.read === 3);
  first.look(false);
  server.say("Three");
  await clock.until(() => first.snapshot().unread === 1);
  first.stop();
  const second = visit();
  await clock.until(() => second.snapshot().messages.length === 4);
  expect(second.snapshot().unread).toBe(1);
});

test("what was before the visitor's eyes when they looked away is read, what comes then is not", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  client.look(true);
  server.say("One");
  await clock.advance(100);
  client.look(false);
  server.say("Two");
  await clock.advance(5_000);
  expect(client.snapshot().unread).toBe(1);
  expect(server.conversation.read).toBe(2);
});

test("the visitor's own messages raise no receipt", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  client.look(true);
  client.send("Hello?");
  await clock.advance(5_000);
  expect(server.frames.filter(({ type }) => type === "read")).toEqual([]);
});

test("who asks instead of listening sends receipts by POST", async () => {
  const { clock, server, talk } = setup();
  const client = await talk({ openSocket: () => null });
  client.look(true);
  server.say("One");
  await clock.until(() => server.conversation.read === 2);
  expect(server.callsTo("/read", "POST")).toHaveLength(1);
});

test("typing of the team is shown, and ends by a word, a message or silence", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  const typing = () => client.snapshot().typing;
  const type = async (active: boolean) => {
    server.tell({ type: "typing", author: "Sarah", active });
    await clock.advance(50);
  };
  await type(true);
  expect(typing()).toBe("Sarah");
  await type(false);
  expect(typing()).toBeNull();
  await type(true);
  server.say("Here you are");
  await clock.advance(50);
  expect(typing()).toBeNull();
  await type(true);
  await clock.advance(6_000);
  expect(typing()).toBeNull();
  await type(true);
  server.faults.down = true;
  server.kill();
  expect(typing()).toBeNull();
});

test("the visitor's typing is told at most every three seconds, and its end once", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  const told = () => server.frames.filter((frame) => frame.type === "typing").map((frame) => "active" in frame && frame.active);
  for (let i = 0; i < 8; i++) {
    client.compose(true);
    await clock.advance(500);
  }
  expect(told()).toEqual([true, true]);
  await clock.advance(6_000);
  expect(told()).toEqual([true, true, false]);
  client.compose(true);
  client.send("Done");
  await clock.advance(10_000);
  expect(told()).toEqual([true, true, false, true, false]);
});

test("an answer of the assistant grows while it is made and gives way to its message", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  server.tell({ type: "delta", id: "a", author: "Robin", text: "We open " });
  server.tell({ type: "delta", id: "a", author: "Robin", text: "at nine." });
  await clock.advance(50);
  expect(client.snapshot().streaming).toEqual([{ id: "a", author: "Robin", text: "We open at nine." }]);
  server.say("We open at nine.");
  await clock.advance(50);
  expect(client.snapshot().streaming).toEqual([]);
});

test("presence and the team's read marks are shown, and a mark never goes back", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  expect(client.snapshot().online).toBeNull();
  server.tell({ type: "presence", online: true });
  server.tell({ type: "read", seq: 1 });
  server.tell({ type: "read", seq: 0 });
  await clock.advance(50);
  expect(client.snapshot()).toMatchObject({ online: true, agentRead: 1 });
});

test("a close with a survey asks for a rating once, and a rating ends the asking", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  server.tell({ type: "conversation", status: "closed", survey: true });
  await clock.advance(50);
  expect(client.snapshot()).toMatchObject({ status: "closed", survey: true });
  const rated = client.rate(5, "Lovely");
  await clock.advance(50);
  expect(await rated).toBe(true);
  expect(server.conversation.ratings).toEqual([5]);
  expect(client.snapshot().survey).toBe(false);
});

test("a rating that the server did not take can be given again, one it had before ends the asking", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  server.tell({ type: "conversation", status: "closed", survey: true });
  server.faults.refusals = [{ on: "/rating", status: 500 }, { on: "/rating", status: 409 }];
  const first = client.rate(2, "");
  await clock.advance(50);
  expect(await first).toBe(false);
  expect(client.snapshot().survey).toBe(true);
  const second = client.rate(2, "");
  await clock.advance(50);
  expect(await second).toBe(true);
  expect(client.snapshot().survey).toBe(false);
});

test("a survey can be waved away, and goes when the conversation goes on", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  const close = async () => {
    server.tell({ type: "conversation", status: "closed", survey: true });
    await clock.advance(50);
    expect(client.snapshot().survey).toBe(true);
  };
  await close();
  client.dismissSurvey();
  expect(client.snapshot().survey).toBe(false);
  await close();
  server.tell({ type: "conversation", status: "open" });
  await clock.advance(50);
  expect(client.snapshot()).toMatchObject({ status: "open", survey: false });
});

test("a reload and a line that comes back learn who is there, and how far the team has read", async () => {
  const { clock, server, talk, visit } = setup();
  const first = await talk();
  server.online = false;
  server.conversation.agentRead = 1;
  server.kill();
  await clock.until(() => first.snapshot().online === false);
  expect(first.snapshot().agentRead).toBe(1);
  first.stop();
  const second = visit();
  await clock.until(() => second.snapshot().messages.length === 1);
  expect(second.snapshot()).toMatchObject({ online: false, agentRead: 1 });
});

test("a survey that was waved away does not come back with the line or a reload, the next one does", async () => {
  const { clock, server, talk, visit } = setup();
  const first = await talk();
  Object.assign(server.conversation, { status: "closed", survey: true });
  const again = async () => {
    const before = server.opened;
    server.kill();
    await clock.until(() => server.opened > before);
    await clock.advance(50);
  };
  await again();
  expect(first.snapshot().survey).toBe(true);
  first.dismissSurvey();
  await again();
  expect(first.snapshot().survey).toBe(false);
  first.stop();
  const second = visit();
  await clock.advance(100);
  expect(second.snapshot()).toMatchObject({ status: "closed", survey: false });
  server.say("One thing more");
  await again();
  expect(second.snapshot().survey).toBe(true);
  server.conversation.survey = false;
  await again();
  expect(second.snapshot().survey).toBe(false);
});

test("frames that make no sense are passed over", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  server.sockets[0]?.onmessage?.({ data: "{" });
  server.sockets[0]?.onmessage?.({ data: "null" });
  server.sockets[0]?.onmessage?.({ data: '{"type":"from-the-future","x":1}' });
  server.say("Still fine");
  await clock.advance(50);
  expect(client.snapshot().messages.at(-1)?.body).toBe("Still fine");
});
