// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { findSigns, groups } from "../../src/widget/emojis.js";
import { eventually } from "../fake/eventually.js";
import { button, click, one, press, setup, texts, type } from "./setup.js";

/** A conversation with the picker open. */
async function picking() {
  const frame = setup();
  await frame.talk();
  await click(button("Emoji"));
  await eventually(() => one(".emoji"));
  await frame.pass();
  return frame;
}

const signs = () => texts(".signs button");
const written = () => one<HTMLTextAreaElement>("textarea").value;

test("a word finds the signs that it names, and the tabs come back when it is taken out", async () => {
  await picking();
  expect(one(".search input").getAttribute("aria-label")).toBe("Search emoji");
  await type(".search input", "birthday");
  expect(signs()).toEqual(["🥳", "🎈"]);
  expect(document.querySelector("[role=tablist]")).toBeNull();
  await type(".search input", "  ");
  expect([signs().length, document.querySelectorAll("[role=tab]").length]).toEqual([48, 6]);
});

test("what is not there is said, also to who cannot see", async () => {
  await picking();
  await type(".search input", "qqq");
  expect([signs(), texts(".search [role=status]")]).toEqual([[], ["No emoji found"]]);
});

test("by keys alone: letters search from anywhere, Enter takes the first, the arrow goes on to the rest", async () => {
  const { pass } = await picking();
  await eventually(() => expect(document.activeElement).toBe(one(".signs button")));
  await press(".signs button", "h");
  expect(document.activeElement).toBe(one(".search input"));
  await type(".search input", "heart");
  await press(".search input", "Enter");
  expect(written()).toBe("😍");
  await press(".search input", "ArrowDown");
  await press(".signs", "End");
  await click(document.activeElement as HTMLElement);
  expect(written()).toBe("😍💔");
  await press(".signs", "Escape");
  await pass();
  expect([document.querySelector(".emoji"), document.activeElement]).toEqual([null, button("Emoji")]);
});

test("shortcuts and the space bar stay what they are", async () => {
  await picking();
  await eventually(() => expect(document.activeElement).toBe(one(".signs button")));
  await press(".signs button", " ");
  await press(".signs button", "c", { ctrlKey: true });
  await press(".signs button", "Shift");
  expect(document.activeElement).toBe(one(".signs button"));
});

test("every sign has a word, none stands twice, and each word of a question counts", () => {
  const all = groups.flatMap(({ signs: some }) => some);
  expect(all.filter(({ sign, words }) => !sign || !words)).toEqual([]);
  expect(new Set(all.map(({ sign }) => sign)).size).toBe(228);
  const named = (question: string, name = "") => findSigns(question, () => name).map(({ sign }) => sign);
  expect(named("heart blue")).toEqual(["💙"]);
  expect(named("BLUE he")).toEqual(["💙"]);
  expect(named("eart")).toEqual([]);
  expect(named("essen", "Essen und Trinken")).toHaveLength(228);
});
