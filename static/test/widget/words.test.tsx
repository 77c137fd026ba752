// @vitest-environment happy-dom
import { readdirSync } from "node:fs";
import { render } from "preact";
import { expect, test } from "vitest";
import type { Snapshot } from "../../src/shared/client.js";
import type { Message } from "../../src/shared/wire.js";
import { dayOf, initialOf, lengthOf, sizeOf, timeOf } from "../../src/widget/format.js";
import en, { type Key, type Text } from "../../src/widget/i18n/en.js";
import { bare, chooseLocale, dictionaries } from "../../src/widget/i18n/index.js";
import { labelsFor } from "../../src/loader/labels.js";
import { Marked, Plain } from "../../src/widget/rich.js";
import { layOut } from "../../src/widget/rows.js";
import { english, wordsIn } from "../fake/words.js";

const noon = new Date(2026, 0, 25, 12).getTime();
const hour = 60 * 60 * 1000;
const formsOf = (text: Text): string[] => (typeof text === "string" ? [text] : Object.values(text));
const gaps = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([gap]) => gap).sort();

test("every language has every key, no empty text, and the same gaps as English", async () => {
  const keys = Object.keys(en).sort() as Key[];
  expect(Object.keys(dictionaries)).toHaveLength(20);
  for (const [language, load] of Object.entries(dictionaries)) {
    const words = (await load()).default;
    expect(Object.keys(words).sort(), language).toEqual(keys);
    for (const key of keys) {
      for (const form of formsOf(words[key])) {
        expect(form.trim(), `${language} ${key}`).not.toBe("");
        expect(gaps(form), `${language} ${key}`).toEqual(gaps(formsOf(en[key])[0] ?? ""));
      }
    }
  }
});

test("what is counted has exactly the plural forms that the language has", async () => {
  const counted = (Object.keys(en) as Key[]).filter((key) => typeof en[key] !== "string");
  for (const [language, load] of Object.entries(dictionaries)) {
    const words = (await load()).default;
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted();
    for (const key of counted) expect(Object.keys(words[key]).sort(), `${language} ${key}`).toEqual(forms);
  }
});

test("plural forms are chosen by the language's own rules, and numbers written its way", async () => {
  const polish = await wordsIn("pl");
  expect([1, 3, 5, 22].map((n) => polish.say("tooManyFiles", { n }))).toEqual([
    "Najwyżej 1 plik naraz",
    "Najwyżej 3 pliki naraz",
    "Najwyżej 5 plików naraz",
    "Najwyżej 22 pliki naraz",
  ]);
  expect(english.say("tooLong", { n: 1 })).toBe("Too long: 1 character over the limit");
  expect(english.say("tooLong", { n: 12_345 })).toBe("Too long: 12,345 characters over the limit");
});

test("the launcher has a name in every language, in its letters the one by which the frame calls itself", async () => {
  for (const language of Object.keys(dictionaries)) {
    const title = (await wordsIn(language)).say("title");
    const latin = /^[A-Za-z]+$/.test(title);
    const { open, close, frame } = labelsFor(`${language}-XX`);
    expect([open, close, frame], language).toEqual(Array(3).fill(latin ? "Chat" : title));
  }
  expect(labelsFor("tlh").frame).toBe("Chat");
});

test("every dictionary in the folder can be chosen", () => {
  const files = readdirSync("src/widget/i18n").map((name) => name.replace(".ts", ""));
  expect(files.filter((name) => name !== "index").sort()).toEqual(Object.keys(dictionaries).sort());
});

test("the language is the pinned page's, the site's, the page's or the browser's, in this order", () => {
  const wishes = { site: "", page: "", pinned: false, browser: ["tlh", "ar-EG"] };
  expect(chooseLocale(wishes)).toBe("ar-EG");
  expect(chooseLocale({ ...wishes, page: "en-GB" })).toBe("en-GB");
  expect(chooseLocale({ ...wishes, page: "en", site: "ar" })).toBe("ar");
  expect(chooseLocale({ ...wishes, page: "en", pinned: true, site: "ar" })).toBe("en");
  expect(chooseLocale({ ...wishes, site: "tlh", browser: ["xx"] })).toBe("en");
});

test("a language without words falls back to English, an underscore is forgiven", async () => {
  expect((await wordsIn("tlh")).say("send")).toBe("Send message");
  expect((await wordsIn("ar_SA")).direction).toBe("rtl");
  expect((await wordsIn("iw")).direction).toBe("rtl");
  expect((await wordsIn("de_not a tag!")).say("send")).toBe("Nachricht senden");
  expect(english.say("typing", { name: "{n}" })).toBe("{n} is typing");
});

test("what is said before any language is there is said in English's words, and nothing else is said wrongly", () => {
  const said = (Object.keys(en) as Key[]).filter((key) => bare.say(key) !== "");
  expect(said).toEqual(["title", "close", "back", "loading", "retry", "refused", "unreachable"]);
  for (const key of said) expect(bare.say(key)).toBe(en[key]);
});

test("days are named as people name them", async () => {
  const days = [0, 26, 4 * 24, 20 * 24, 400 * 24].map((ago) => dayOf(noon - ago * hour, noon, english));
  expect(days).toEqual(["Today", "Yesterday", "Wednesday", "January 5", "December 21, 2024"]);
  expect(dayOf(noon + 2 * hour, noon, english)).toBe("Today");
  expect(dayOf(noon, noon, await wordsIn("ar"))).toBe("اليوم");
});

test("times, sizes, lengths and initials are spelled for people", () => {
  expect(timeOf(noon, english).replace(/\s/, " ")).toBe("12:00 PM");
  expect([0, 999, 1_000, 1_530_000, 2e9].map((bytes) => sizeOf(bytes, english))).toEqual(["0 byte", "999 byte", "1 kB", "1.5 MB", "2 GB"]);
  expect(lengthOf("a🫖é")).toBe(3);
  expect([" jane", "", "émile", "🫖 House"].map(initialOf)).toEqual(["J", "", "É", "🫖"]);
});

function html(view: preact.ComponentChild): string {
  const box = document.createElement("div");
  render(view, box);
  return box.innerHTML;
}

test("the team's little Markdown becomes elements, everything else stays text", () => {
  const text = "**bold** *soft* `x*y*z` 2*3*4 a**b <b>no</b> [x](javascript:alert(1)) https://a.example/b?c=d.";
  const drawn = html(<Marked text={text} />);
  expect(drawn).toContain("<strong>bold</strong> <em>soft</em> <code>x*y*z</code> 2*3*4 a**b &lt;b&gt;no");
  expect(drawn).toContain("[x](javascript:alert(1))");
  expect(drawn).toContain('<a href="https://a.example/b?c=d" target="_blank" rel="noopener noreferrer nofollow" dir="ltr">https://a.example/b?c=d</a>.');
});

test("in the visitor's own text only addresses are more than text", () => {
  expect(html(<Plain text="**a** (http://x.example/y) ftp://z javascript:1" />)).toBe(
    '**a** (<a href="http://x.example/y" target="_blank" rel="noopener noreferrer nofollow" dir="ltr">http://x.example/y</a>) ftp://z javascript:1',
  );
});

function message(seq: number, change: Partial<Message> = {}): Message {
  const timestamp = new Date(noon + seq * 1000).toISOString();
  return { id: seq, seq, direction: "outbound", body: `${seq}`, timestamp, author: "Sarah", type: "text", status: "sent", ...change };
}

function snapshot(messages: Message[], change: Partial<Snapshot> = {}): Snapshot {
  return { messages, outgoing: [], agentRead: 0, autoReply: null, ...change } as Snapshot;
}

/** The rows in short: bubbles with < and > where a run begins and ends. */
function short(view: Snapshot, from = 0): string[] {
  const rows = layOut(view, english, noon + hour, from);
  return rows.map((row) => (row.kind === "bubble" ? `${row.first ? "<" : ""}${row.body}${row.last ? ">" : ""}` : row.kind));
}

test("bubbles of one author close in time are a run, another author, hour or day begins a new one", () => {
  const later = new Date(noon + 0.5 * hour).toISOString();
  const messages = [message(1), message(2), message(3, { author: "Omar" }), message(4, { direction: "inbound" }), message(5, { timestamp: later })];
  expect(short(snapshot(messages))).toEqual(["day", "<1", "2>", "<3>", "<4>", "<5>"]);
  const next = new Date(noon + 24 * hour).toISOString();
  expect(short(snapshot([message(1), message(2, { timestamp: next })]))).toEqual(["day", "<1>", "day", "<2>"]);
});

test("the automatic reply follows the first message and ends its run", () => {
  const messages = [message(1, { direction: "inbound" }), message(2, { direction: "inbound" })];
  expect(short(snapshot(messages, { autoReply: "Soon" }))).toEqual(["day", "<1>", "note", "<2>"]);
  expect(short(snapshot(messages, { autoReply: "Soon" }), 1)).toEqual(["day", "<2>"]);
});

test("a message is seen by the team's read mark or by its own status", () => {
  const own = { direction: "inbound" as const };
  const messages = [message(1, own), message(2, own), message(3, { ...own, status: "read" }), message(4)];
  const rows = layOut(snapshot(messages, { agentRead: 1 }), english, noon);
  expect(rows.flatMap((row) => (row.kind === "bubble" ? [row.seen] : []))).toEqual([true, false, true, false]);
});
