// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test, vi } from "vitest";
import * as fake from "../fake/setup.js";
import { button, click, one, setup, texts, type } from "./setup.js";
import { eventually } from "../fake/eventually.js";

afterEach(() => void vi.useRealTimers());

test("the conversation is a polite log with greeting, day, bubbles, authors and the automatic reply", async () => {
  const { talk, server, pass } = setup();
  await talk();
  server.say("Since this **morning**.");
  await pass();
  const log = one("[role=log]");
  expect(log.getAttribute("aria-label")).toBe("Conversation");
  expect(log.tabIndex).toBe(0);
  await eventually(() => expect(log.getAttribute("aria-live")).toBe("polite"));
  expect(texts(".greeting p")).toEqual([server.config.greeting]);
  expect(texts(".day")).toHaveLength(1);
  expect(texts(".note")).toEqual([server.autoReply]);
  expect(texts(".bubble")).toEqual([fake.details.message, "Since this morning."]);
  expect(texts(".bubble strong")).toEqual(["morning"]);
  expect(texts(".message > span bdi")).toEqual(["You", "Sarah"]);
  const order = [...log.children].map(({ className }) => className.split(" ")[0]);
  expect(order).toEqual(["greeting", "day", "message", "note", "message"]);
});

test("the last own message says how far it has come", async () => {
  const { talk, server, client, pass } = setup();
  await talk();
  expect(texts(".foot")[0]).toMatch(/ · Sent$/);
  server.tell({ type: "read", seq: 1 });
  await pass();
  expect(texts(".foot")[0]).toMatch(/ · Seen$/);
  server.faults.delay = () => 1_000;
  client.send("On its way");
  await pass(0);
  expect(texts(".foot").at(-1)).toBe("Sending…");
  await pass(5_000);
  expect(texts(".foot").at(-1)).toMatch(/ · Sent$/);
  expect(texts(".bubble")).toEqual([fake.details.message, "On its way"]);
});

test("a message keeps its element when it is stored, so that it is announced once", async () => {
  const { talk, client, pass } = setup();
  await talk();
  client.send("Same element");
  await pass(0);
  const before = [...document.querySelectorAll(".message")].at(-1);
  await pass();
  expect([...document.querySelectorAll(".message")].at(-1)).toBe(before);
});

test("a refused message can be tried again or deleted", async () => {
  const { talk, client, server, pass } = setup();
  await talk();
  const refuse = async () => {
    server.faults.refusals = [{ on: "socket", status: 422 }, { on: "/messages", status: 422, error: "Message is refused" }];
    client.send("Hm");
    await pass();
  };
  await refuse();
  expect(texts(".failed p")).toEqual(["Message is refused"]);
  await click(button("Try again"));
  await pass();
  expect([texts(".failed"), texts(".bubble").at(-1)]).toEqual([[], "Hm"]);
  await refuse();
  await click(button("Delete"));
  await pass();
  expect(texts(".bubble")).toEqual([fake.details.message, "Hm"]);
});

test("too many messages: the wait is in sight and counts down", async () => {
  const { talk, client, server, clock, pass } = setup();
  await talk();
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date"], now: clock.now() });
  server.faults.refusals = [{ on: "socket", status: 429 }, { on: "/messages", status: 429, retryAfter: 9 }];
  client.send("Quick");
  await pass(20);
  expect(texts(".limited")[0]).toMatch(/^A little slower, please\. Sending in (9|10) seconds$/);
  await act(async () => void (await vi.advanceTimersByTimeAsync(4_000)));
  expect(texts(".limited")[0]).toMatch(/ in (5|6) seconds$/);
  await pass(9_200);
  expect(texts(".limited")).toEqual([]);
});

test("typing and a growing answer are shown, and give way to the message", async () => {
  const { talk, server, pass } = setup();
  await talk();
  server.tell({ type: "typing", author: "Sarah", active: true });
  await pass();
  expect(texts(".typing .unseen")).toEqual(["Sarah is typing"]);
  server.tell({ type: "delta", id: "d", author: "Robin", text: "We open at `nine`" });
  await pass();
  expect(texts(".typing")).toEqual([]);
  expect(texts(".bubble code")).toEqual(["nine"]);
  server.say("We open at nine.");
  await pass();
  expect(texts(".bubble")).toEqual([fake.details.message, "We open at nine."]);
});

test("a broken line is mentioned when it lasts, as reconnecting or as offline, and not when asking works", async () => {
  const { talk, server, store, pass } = setup();
  await talk();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const wait = (ms: number) => act(async () => void (await vi.advanceTimersByTimeAsync(ms)));
  server.faults.down = true;
  server.kill();
  await pass(2_000);
  await wait(1_000);
  expect(texts(".connection")).toEqual([""]);
  await act(() => void (store.onLine.value = false));
  expect(texts(".connection p")).toEqual(["You are offline. Messages are kept and sent later."]);
  await act(() => void (store.onLine.value = true));
  expect(texts(".connection")).toEqual([""]);
  await wait(1_000);
  expect(texts(".connection p")).toEqual(["Reconnecting…"]);
  expect(one(".connection").getAttribute("role")).toBe("status");
  await act(() => void (store.onLine.value = false));
  expect(texts(".connection p")).toEqual(["You are offline. Messages are kept and sent later."]);
  server.faults.down = false;
  server.faults.socketsBlocked = true;
  await pass(40_000);
  await wait(2_000);
  expect(texts(".connection")).toEqual([""]);
});

test("a long history begins with its end, the rest comes by a button, unannounced", async () => {
  const { talk, server, pass } = setup();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const live = () => one("[role=log]").getAttribute("aria-live");
  const wait = () => act(async () => void (await vi.advanceTimersByTimeAsync(300)));
  await talk();
  for (let i = 1; i <= 150; i++) server.say(`${i}`);
  await pass(500);
  expect(texts(".bubble")).toHaveLength(100);
  expect(texts(".greeting")).toEqual([]);
  await wait();
  expect(live()).toBe("polite");
  await click(button("Show earlier messages"));
  expect(live()).toBe("off");
  await wait();
  expect(live()).toBe("polite");
  expect(texts(".bubble")).toHaveLength(151);
  expect(texts(".bubble")[0]).toBe(fake.details.message);
  expect(texts(".greeting")).toHaveLength(1);
});

test("who scrolled up is told of news instead of being carried away", async () => {
  const { talk, server, pass } = setup();
  await talk();
  const log = one("[role=log]");
  Object.defineProperties(log, { scrollHeight: { get: () => 2_000 }, clientHeight: { get: () => 400 } });
  log.scrollTop = 100;
  await act(() => void log.dispatchEvent(new Event("scroll")));
  server.say("News");
  await pass();
  expect(log.scrollTop).toBe(100);
  await click(button("New messages"));
  expect(log.scrollTop).toBe(2_000);
  expect(document.querySelector(".to-end")).toBeNull();
});

test("of a long history nothing moves while news come, and who scrolled up is told of them", async () => {
  const { talk, server, pass } = setup();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  await talk();
  for (let i = 1; i <= 150; i++) server.say(`${i}`);
  await pass(500);
  await act(async () => void (await vi.advanceTimersByTimeAsync(300)));
  const log = one("[role=log]");
  const day = one(".day");
  server.say("News at the end");
  await pass();
  expect([one(".day"), texts(".bubble").length]).toEqual([day, 101]);
  Object.defineProperties(log, { scrollHeight: { get: () => 9_000 }, clientHeight: { get: () => 400 } });
  log.scrollTop = 100;
  await act(() => void log.dispatchEvent(new Event("scroll")));
  for (let i = 1; i <= 120; i++) server.say(`more ${i}`);
  await pass(500);
  expect([texts(".bubble")[0], texts(".bubble").length]).toEqual(["51", 221]);
  await click(button("New messages"));
  await act(() => void log.dispatchEvent(new Event("scroll")));
  server.say("At the end again");
  await pass();
  expect(texts(".bubble")).toHaveLength(100);
});

test("a closed conversation says that writing opens it", async () => {
  const { talk, server, pass } = setup();
  await talk();
  server.tell({ type: "conversation", status: "closed" });
  await pass();
  expect(texts(".closed")).toEqual(["This conversation was closed. Write to open it again."]);
});

test("a survey asks by stars that are radio buttons, sends the comment along, and thanks", async () => {
  const { talk, server, pass } = setup();
  await talk();
  server.tell({ type: "conversation", status: "closed", survey: true });
  await pass();
  await eventually(() => expect(texts("legend")).toEqual(["How did we do?"]));
  expect(texts("fieldset .unseen")).toEqual([1, 2, 3, 4, 5].map((n) => `${n} of 5 stars`));
  await click(one<HTMLInputElement>("input[value='4']"));
  const comment = one<HTMLTextAreaElement>(".rating textarea");
  await act(() => {
    comment.value = "Quick and kind ";
    comment.dispatchEvent(new Event("input", { bubbles: true }));
  });
  server.faults.refusals = [{ on: "/rating", status: 503 }];
  await click(button("Send rating"));
  await pass();
  expect(texts(".rating [role=alert]")).toEqual(["That did not work. Please try again."]);
  await click(button("Send rating"));
  await pass();
  expect(server.callsTo("/rating").at(-1)?.body).toEqual({ score: 4, comment: "Quick and kind" });
  expect(texts(".thanks")).toEqual(["Thank you for your rating."]);
  server.tell({ type: "conversation", status: "open" });
  await pass();
  expect(texts(".rating")).toEqual([]);
});

test("a rating that was begun is there again after the way back and after a reload, until it is waved away", async () => {
  const before = fake.setup();
  const { talk, store, server, pass, storage, client } = setup({ before });
  const given = () => [one<HTMLInputElement>("[value='4']").checked, one<HTMLTextAreaElement>(".rating textarea").value];
  const close = () => server.tell({ type: "conversation", status: "closed", survey: true });
  await talk();
  close();
  await pass();
  await eventually(() => one("[value='4']"));
  await click(one("[value='4']"));
  await type(".rating textarea", "Quick and");
  await act(() => store.back());
  expect(document.querySelector(".rating")).toBeNull();
  await act(() => store.talk(""));
  expect(given()).toEqual([true, "Quick and"]);
  client.stop();
  render(null, document.body);
  const again = setup({ before });
  await again.begin();
  close();
  await again.pass();
  await eventually(() => expect(given()).toEqual([true, "Quick and"]));
  await click(button("No, thanks"));
  await again.pass();
  const kept = Array.from({ length: storage.length }, (_, i) => storage.key(i) ?? "");
  expect(kept.filter((key) => key.endsWith("rating"))).toEqual([]);
});

test("a survey can be waved away", async () => {
  const { talk, server, pass } = setup();
  await talk();
  server.tell({ type: "conversation", status: "closed", survey: true });
  await pass();
  await eventually(() => button("No, thanks"));
  await click(button("No, thanks"));
  await pass();
  expect(texts(".rating")).toEqual([]);
  expect(server.callsTo("/rating")).toEqual([]);
});
