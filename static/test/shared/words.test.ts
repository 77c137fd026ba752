// Words that were typed and not yet sent: they outlive other tabs, and conversations that are gone.
import { expect, test } from "vitest";
import { details, setup, shown } from "../fake/setup.js";

/** A conversation that the server no longer has, with words on their way and others in the composer. */
async function gone() {
  const bundle = setup();
  const { server, talk } = bundle;
  const client = await talk();
  server.faults.down = true;
  server.kill();
  client.send("On its way");
  client.saveDraft("Half a th");
  server.conversations.clear();
  return { ...bundle, client };
}

test("what is typed into the form while another tab begins becomes the draft of the conversation", async () => {
  const { clock, visit, talk } = setup();
  const waiting = visit();
  waiting.saveForm({ name: "Jane", message: "I also wonder" });
  await talk();
  waiting.stored();
  await clock.until(() => waiting.snapshot().messages.length === 1);
  expect(waiting.snapshot()).toMatchObject({ phase: "talking", draft: "I also wonder" });
  waiting.stop();
  expect(visit().snapshot().draft).toBe("I also wonder");
});

test("what both forms said, and the other tab sent, is no draft", async () => {
  const { clock, server, visit } = setup();
  const waiting = visit();
  waiting.saveForm({ message: details.message.slice(0, 8) });
  const begun = visit();
  server.faults.delay = () => 100;
  begun.start(details);
  waiting.stored();
  await clock.until(() => begun.snapshot().phase === "talking");
  waiting.stored();
  await clock.until(() => waiting.snapshot().messages.length === 1);
  expect(waiting.snapshot().draft).toBe("");
});

test("what is sent from the form, or sent into the conversation of another tab, is no draft", async () => {
  const { clock, visit } = setup();
  const [one, two] = [visit(), visit()];
  for (const [i, tab] of [one, two].entries()) {
    tab.saveForm({ message: `Question ${i}` });
    tab.start({ ...details, message: `Question ${i}` });
  }
  await clock.until(() => shown(two).length === 2 && two.snapshot().outgoing.length === 0);
  expect([one.snapshot().draft, two.snapshot().draft]).toEqual(["", ""]);
});

test("sending in one tab leaves the draft of another alone", async () => {
  const { talk, visit } = setup();
  const [one, two] = [await talk(), visit()];
  one.saveDraft("From the first ");
  two.saveDraft("Still being written");
  one.send("From the first");
  two.stop();
  expect(visit().snapshot().draft).toBe("Still being written");
});

test("the words of a conversation that is gone stand in the form, also after a reload", async () => {
  const { clock, server, client, visit } = await gone();
  server.faults.down = false;
  await clock.until(() => client.snapshot().phase === "fresh");
  const words = "On its way\nHalf a th";
  expect(client.snapshot()).toMatchObject({ draft: "", form: { message: words }, details: { ...details, message: words } });
  client.stop();
  expect(visit().snapshot()).toMatchObject({ phase: "fresh", draft: "", form: { message: words }, details: null });
});

test("two tabs that lose their conversation give each word back once", async () => {
  const { clock, server, client, visit } = await gone();
  const second = visit();
  server.faults.down = false;
  await clock.until(() => [client, second].every((tab) => tab.snapshot().phase === "fresh"));
  expect(second.snapshot().form.message).toBe("On its way\nHalf a th");
});

test("the words of a conversation that goes while out of view wait in the next new form", async () => {
  const { clock, server, talk, visit } = setup();
  const client = await talk();
  const [first = ""] = server.conversations.keys();
  client.startNew();
  client.start({ ...details, message: "Another question" });
  await clock.until(() => client.snapshot().messages.length === 1);
  client.switchTo("");
  server.faults.down = true;
  server.kill();
  client.send("Into the void");
  client.switchTo(client.snapshot().conversations.find(({ current }) => !current)?.key ?? "");
  server.conversations.delete(first);
  server.faults.down = false;
  await clock.until(() => client.snapshot().conversations.length === 1);
  client.stop();
  const again = visit();
  await clock.until(() => again.snapshot().messages.length === 1);
  again.startNew();
  expect(again.snapshot().form.message).toBe("Into the void");
});

test("what was typed since a form came back is not covered by what it said before", async () => {
  const { clock, server, visit } = setup();
  server.faults.refusals = [{ on: "/conversations", status: 400, error: "Please say more" }];
  const client = visit();
  client.start(details);
  await clock.until(() => client.snapshot().problem !== "");
  client.saveForm({ ...details, message: "Is the large blue bowl back?" });
  expect(client.snapshot()).toMatchObject({ details: null, form: { message: "Is the large blue bowl back?" } });
});

test("what another tab has wiped is not put back by who was about to note that it was read", async () => {
  const { talk, server, storage, clock } = setup();
  const client = await talk();
  client.look(true);
  server.say("Just read");
  await clock.until(() => client.snapshot().messages.length === 2);
  for (let i = storage.length - 1; i >= 0; i--) storage.removeItem(storage.key(i)!);
  client.look(false);
  await clock.advance(1_000);
  expect(storage.length).toBe(0);
  client.stop();
});
