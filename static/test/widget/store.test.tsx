// @vitest-environment happy-dom
import { expect, onTestFinished, test, vi } from "vitest";
import { watchPage } from "../../src/widget/wake.js";
import { details } from "../fake/setup.js";
import { page, setup, texts, type } from "./setup.js";
import { eventually } from "../fake/eventually.js";

const wish = { locale: "", pinned: false, color: "" };

test("the launcher is told colour, side and words as soon as the site is known", async () => {
  const { begin, server, told } = setup();
  server.config = { greeting: "Hi", name: "Morrow & Clay", theme: { color: "#ABC", position: "bottom-left" } };
  await begin();
  const labels = { open: "Open chat", close: "Close chat", unread: "{n} unread", frame: "Morrow & Clay" };
  expect(told).toEqual([{ type: "look", color: "#AABBCC", side: "left", labels }]);
  expect(document.querySelector("main")?.getAttribute("style")).toContain("#AABBCC");
});

test("the tag's colour wins over the site's, in frame and launcher", async () => {
  const { begin, store, told, pass } = setup();
  await begin();
  store.receive({ type: "hello", page, wish: { ...wish, color: "#112233" }, open: true });
  await pass();
  expect(told.at(-1)).toMatchObject({ color: "#112233" });
  expect(store.color.value).toBe("#112233");
});

test("messages for a closed panel are counted for the launcher, and opening reads them", async () => {
  const { talk, server, store, told, pass } = setup();
  await talk();
  store.receive({ type: "close" });
  server.say("One");
  server.say("Two");
  await pass();
  const counts = () => told.flatMap((message) => (message.type === "unread" ? [message.count] : []));
  expect(counts().at(-1)).toBe(2);
  store.receive({ type: "open", page });
  await pass(500);
  expect(counts().at(-1)).toBe(0);
  expect(server.conversation.read).toBe(3);
});

test("Arabic turns the frame around, and a page that changes its wish is followed", async () => {
  const { begin, store, told, pass } = setup({ languages: ["ar-EG"] });
  await begin();
  const main = () => document.querySelector("main") as HTMLElement;
  // The dictionary is a module of its own, which takes as long as it takes.
  await eventually(() => expect([main().dir, main().lang, document.documentElement.dir]).toEqual(["rtl", "ar-EG", "rtl"]));
  expect(texts("label")).toEqual(["الاسم", "البريد الإلكتروني", "الرسالة"]);
  store.receive({ type: "hello", page, wish: { ...wish, locale: "en", pinned: true }, open: true });
  await pass();
  expect([main().dir, document.documentElement.lang]).toEqual(["ltr", "en"]);
  expect(told.at(-1)).toMatchObject({ labels: { open: "Open chat" } });
});

test("the last visit's conversation is there without the form", async () => {
  const first = setup();
  await first.talk();
  first.client.stop();
  const { visit, clock } = first;
  const second = visit();
  await clock.until(() => second.snapshot().messages.length === 1);
  expect(second.snapshot().phase).toBe("talking");
  second.stop();
});

test("a frame opened by itself counts as open and has no close button", async () => {
  const { begin, store, server, pass } = setup({ embedded: false });
  await begin();
  expect(store.open.value).toBe(true);
  expect(document.querySelector("header button")).toBeNull();
  store.start(details);
  await pass();
  expect(server.callsTo("/conversations")[0]?.body).not.toHaveProperty("page");
});

test("the page's events wake the client, and hiding it stops the reading", async () => {
  const { talk, store, client, server, pass } = setup();
  await talk();
  watchPage(store);
  const wake = vi.spyOn(client, "wake");
  const stored = vi.spyOn(client, "stored");
  window.dispatchEvent(new Event("pageshow"));
  window.dispatchEvent(new Event("online"));
  window.dispatchEvent(new Event("storage"));
  expect([wake.mock.calls.length, stored.mock.calls.length]).toEqual([2, 1]);

  const visibility = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  document.dispatchEvent(new Event("visibilitychange"));
  server.say("Nobody looks");
  await pass(1_000);
  expect(client.snapshot().unread).toBe(1);
  visibility.mockReturnValue("visible");
  document.dispatchEvent(new Event("visibilitychange"));
  await pass(1_000);
  expect(client.snapshot().unread).toBe(0);
  expect(wake).toHaveBeenCalledTimes(3);
  visibility.mockRestore();
});

test("a visitor who is logged out leaves the form empty, and the loader nothing to come back for", async () => {
  const { begin, store, told, pass, storage, client } = setup();
  await begin();
  store.news.setAsked();
  await type("[name=name]", "Jane");
  await type("[name=message]", "A secret");
  store.receive({ type: "hello", page, wish, open: true, forget: true });
  await pass();
  expect(told).toContainEqual({ type: "store", key: "parley::back", value: null });
  const typed = () => [...document.querySelectorAll<HTMLInputElement>("form [name]")].map(({ value }) => value);
  expect([typed(), store.news.asked.value, storage.length]).toEqual([["", "", ""], false, 0]);
  await type("[name=email]", "eve@example.com");
  expect(client.snapshot().form).toMatchObject({ name: "", message: "" });
});

test("the loader is told of words that are only kept, of a beginning before it arrived, and of nothing once there is none", async () => {
  const { begin, store, told, pass, server } = setup();
  const marks = () => told.flatMap((message) => (message.type === "store" && message.key.endsWith(":back") ? [message.value] : []));
  await begin();
  expect(marks()).toEqual([]);
  await type("[name=message]", "A");
  await pass();
  expect(marks()).toEqual(["0"]);
  await type("[name=message]", "");
  await pass();
  expect(marks()).toEqual(["0", null]);
  server.faults.down = true;
  store.start(details);
  expect([marks().at(-1), server.conversations.size]).toEqual(["1", 0]);
});

test("who is signed for is something to forget, though nothing was said", async () => {
  const { begin, store, told, pass } = setup();
  await begin();
  store.receive({ type: "identify", person: { id: "jane", hash: "h" } });
  await pass();
  expect(told).toContainEqual({ type: "store", key: "parley::back", value: "0" });
});

test("a window of its own is told who the visitor is, until they are forgotten", async () => {
  const { begin, store, pass } = setup();
  await begin();
  const who = () => store.handover.person;
  const person = { id: "user-7", hash: "f00d" };
  store.receive({ type: "identify", person });
  expect(who()).toEqual(person);
  await pass();
  store.receive({ type: "wipe" });
  expect(who()).toBeNull();
});

/** Two conversations, the second in view, and the answers that the launcher was told of. */
async function answeredElsewhere() {
  const frame = setup();
  await frame.talk();
  frame.store.talk(null);
  frame.store.start({ ...details, message: "Another question" });
  await frame.pass(500);
  frame.store.receive({ type: "close" });
  await frame.pass(61_000);
  const [older] = frame.server.conversations.values();
  const counts = () => frame.told.flatMap((message) => (message.type === "unread" ? [message.count] : []));
  return { ...frame, older, counts };
}

test("an answer in a conversation that is not in view reaches launcher and sound within a minute, and opening leads to it", async () => {
  const { store, server, older, counts, pass } = await answeredElsewhere();
  const rung = vi.spyOn(store.news, "ring");
  server.say("An answer to the first", older);
  await pass(61_000);
  expect([counts().at(-1), rung.mock.calls.length]).toEqual([1, 1]);
  store.receive({ type: "open", page });
  await pass();
  expect(store.route.place.value).toEqual({ screen: "home" });
  expect(texts(".row .count .unseen")).toEqual(["1 unread message"]);
});

test("a page that nobody sees looks nowhere, and does when it is seen again", async () => {
  const { store, server, older, counts, pass } = await answeredElsewhere();
  store.shown.value = false;
  const asked = () => server.callsTo("/messages", "GET").length;
  const before = asked();
  server.say("An answer to the first", older);
  await pass(300_000);
  expect(asked()).toBe(before);
  store.shown.value = true;
  store.watch();
  store.watch();
  await pass();
  expect([asked() - before, counts().at(-1)]).toEqual([1, 1]);
});

test("the browser's word on the network is passed on", async () => {
  const { begin, store } = setup();
  await begin();
  watchPage(store);
  const network = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  window.dispatchEvent(new Event("offline"));
  expect(store.onLine.value).toBe(false);
  network.mockRestore();
  window.dispatchEvent(new Event("online"));
  expect(store.onLine.value).toBe(true);
});

/** A conversation on a page that is in the background. */
async function inTheBackground() {
  const frame = setup();
  await frame.talk();
  watchPage(frame.store);
  const visibility = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  onTestFinished(() => visibility.mockRestore());
  document.dispatchEvent(new Event("visibilitychange"));
  frame.told.length = 0;
  const titles = () => frame.told.flatMap((message) => (message.type === "title" ? [message.text ?? "own"] : []));
  const comeBack = () => {
    visibility.mockReturnValue("visible");
    document.dispatchEvent(new Event("visibilitychange"));
  };
  return { ...frame, titles, comeBack };
}

test("an answer to a page in the background makes its title take turns, until the visitor is back", async () => {
  const { server, pass, titles, comeBack } = await inTheBackground();
  server.say("Are you there?");
  await pass(3_000);
  expect(titles()).toEqual(["1 unread message", "own", "1 unread message"]);
  server.say("Hello?");
  await pass(1_000);
  expect(titles().slice(3)).toEqual(["own", "2 unread messages"]);
  comeBack();
  await pass(5_000);
  expect(titles().slice(5)).toEqual(["own"]);
});

test("the title takes no turns for a page that is seen", async () => {
  const { talk, server, store, told, pass } = setup();
  await talk();
  store.receive({ type: "close" });
  server.say("One");
  await pass(3_000);
  expect(told.filter(({ type }) => type === "title")).toEqual([]);
});

test("a visitor who is forgotten leaves the title as it was", async () => {
  const { server, store, told, pass } = await inTheBackground();
  server.say("Are you there?");
  await pass(1_000);
  store.receive({ type: "wipe" });
  await pass(5_000);
  const last = told.findLastIndex(({ type }) => type === "title");
  expect(told[last]).toEqual({ type: "title" });
  expect(told.findIndex(({ type }) => type === "wiped")).toBeGreaterThan(last);
});
