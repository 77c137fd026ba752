// @vitest-environment happy-dom
import { expect, test } from "vitest";
import type { Article } from "../../src/shared/wire.js";
import { details } from "../fake/setup.js";
import { eventually } from "../fake/eventually.js";
import { button, click, one, page, press, setup, texts, type } from "./setup.js";

const articles: Article[] = ["Returns", "Delivery", "Warranty", "Gifts"].map((title, i) => ({
  id: `art_${i}`,
  title,
  excerpt: `About ${title}`,
  content: `# ${title}\n\nAll about **${title}**.`,
}));

async function enter() {
  const frame = setup({ articles });
  frame.server.config = { greeting: "Welcome in", name: "Northwind", online: true, articles: true, team: [{ name: "Sarah" }] };
  await frame.begin();
  frame.store.receive({ type: "open", page });
  await frame.pass();
  return frame;
}

test("a site with articles greets with a start page: the team, the way to it, some articles", async () => {
  await enter();
  expect(texts("h1")).toEqual(["Welcome in"]);
  expect(texts(".begin strong")).toEqual(["Send us a message"]);
  await eventually(() => expect(texts(".row .strong-line")).toEqual(["Returns", "Delivery", "Warranty"]));
  expect(document.activeElement).toBe(one("h1"));
});

test("an article opens in the frame, and back leads to where it was opened", async () => {
  const { pass } = await enter();
  await eventually(() => expect(texts(".row")).toHaveLength(3));
  one(".row").focus();
  await click(one(".row"));
  await pass();
  await eventually(() => expect(texts("article h2")).toEqual(["Returns"]));
  expect(texts("article strong")).toEqual(["Returns"]);
  await eventually(() => expect(document.activeElement === one("article h2")).toBe(true));
  await click(button("Back"));
  await pass();
  expect(texts("h1")).toEqual(["Welcome in"]);
});

test("a search asks once typing rests, and says so when nothing is found", async () => {
  const { library, pass } = await enter();
  await click(button("Search for help"));
  await pass();
  await type("[type=search]", "War");
  await eventually(() => expect(texts(".row .strong-line")).toEqual(["Warranty"]));
  await type("[type=search]", "zebra");
  await eventually(() => expect(texts("[role=status]")).toEqual(["Nothing found for “zebra”. Ask us instead."]));
  expect(library.asked.filter((call) => call.startsWith("q=z"))).toHaveLength(1);
  await type("[type=search]", "");
});

test("articles that cannot be had are said to be, and an article is tried again", async () => {
  const { library, store, pass } = await enter();
  library.down = true;
  await pass();
  store.route.go({ screen: "article", id: "art_1" });
  await pass();
  await eventually(() => expect(texts(".notice p")).toEqual(["The articles could not be loaded."]));
  library.down = false;
  await click(button("Try again"));
  await eventually(() => expect(texts("article h2")).toEqual(["Delivery"]));
});

test("from the start page to a conversation, back, and into a second one", async () => {
  const { store, pass, server } = await enter();
  await click(one(".begin"));
  await pass();
  store.start(details);
  await pass();
  expect(texts(".bubble")).toEqual([details.message]);
  await click(button("Back"));
  await pass();
  expect(texts(".begin strong")).toEqual(["New conversation"]);
  expect(texts("#recent")).toEqual(["Your conversations"]);
  expect(texts("[data-lead^=talk] .line")).toEqual([details.message]);
  await click(one(".begin"));
  await pass();
  store.start({ ...details, message: "Another matter" });
  await pass();
  expect(server.conversations.size).toBe(2);
  await click(button("Back"));
  await pass();
  expect(texts("[data-lead^=talk] .line")).toHaveLength(2);
  const first = [...document.querySelectorAll<HTMLElement>("[data-lead^=talk]")].find((row) => row.textContent?.includes(details.message));
  await click(first as HTMLElement);
  await pass();
  await eventually(() => expect(texts(".bubble")).toEqual([details.message]));
});

test("what comes while the start page is shown counts as unread", async () => {
  const { store, server, client, pass } = await enter();
  await click(one(".begin"));
  store.start(details);
  await pass();
  await click(button("Back"));
  server.say("Are you there?");
  await pass(1_000);
  expect(client.snapshot().unread).toBe(1);
  expect(texts(".count .unseen")).toEqual(["1 unread message"]);
  await click(one("[data-lead^=talk]"));
  await pass(1_000);
  expect(client.snapshot().unread).toBe(0);
});

test("a site without articles has no start page before the first conversation", async () => {
  const { begin } = setup();
  await begin();
  expect(document.querySelector(".home")).toBeNull();
  expect(texts("label")).toEqual(["Name", "E-mail", "Message"]);
  expect(await press("[name=name]", "Escape")).toBe(true);
});
