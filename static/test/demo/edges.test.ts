// @vitest-environment happy-dom
import { readFileSync } from "node:fs";
import { beforeEach, expect, test } from "vitest";
import { speakArabic, wantsArabic, wireButtons, wireLanguages } from "../../src/demo/demo.js";

const html = readFileSync("src/demo/index.html", "utf8");

beforeEach(() => {
  Object.assign(document.documentElement, { lang: "en", dir: "" });
  document.body.innerHTML = html.slice(html.indexOf("<body>") + 6, html.indexOf("</body>"));
});

const link = () => document.querySelector<HTMLAnchorElement>("[data-language]") as HTMLAnchorElement;

test.each([
  ["https://x.example/demo?site_key=pk_live_1", { site_key: "pk_live_1", lang: "ar" }],
  ["https://x.example/demo?lang=en&site_key=a%26b#shop", { site_key: "a&b", lang: "ar" }],
  ["https://x.example/demo", { lang: "ar" }],
])("from %s the way to the other language keeps whose chat it is", (address, query) => {
  wireLanguages(document, address);
  expect(Object.fromEntries(new URL(link().getAttribute("href") ?? "", address).searchParams)).toEqual(query);
});

test("the way there and back again leads to where one was", () => {
  const first = "https://x.example/demo?site_key=pk_live_1&lang=en";
  wireLanguages(document, first);
  const there = new URL(link().getAttribute("href") ?? "", first).href;
  expect(wantsArabic(there, "en")).toBe(true);
  speakArabic(document);
  wireLanguages(document, there);
  expect([link().lang, link().textContent]).toEqual(["en", "English"]);
  const back = new URL(link().getAttribute("href") ?? "", there);
  expect([wantsArabic(back.href, "ar"), back.searchParams.get("site_key")]).toEqual([false, "pk_live_1"]);
});

test("every button of the page opens the chat once for each press, in the order of the presses", () => {
  const page: Parameters<typeof wireButtons>[0] = window;
  delete page.Parley;
  wireButtons(page);
  const buttons = document.querySelectorAll<HTMLButtonElement>("[data-chat]");
  expect(buttons.length).toBeGreaterThan(1);
  for (const button of buttons) button.click();
  expect((page.Parley as unknown as { q: unknown[] } | undefined)?.q).toEqual([...buttons].map(() => ["open"]));
});

test("in Arabic nothing that is said by sight or by ear stays English, and numbers of the shop stay readable", () => {
  const said = () => [...document.querySelectorAll<HTMLElement>("[data-say]")].map((one) => one.textContent ?? "");
  const english = said();
  speakArabic(document);
  for (const [i, text] of said().entries()) {
    expect(text, english[i]).not.toBe(english[i]);
    expect(text).toMatch(/[\u0600-\u06ff]/);
  }
  for (const one of document.querySelectorAll("[data-label]")) expect(one.getAttribute("aria-label")).toMatch(/[\u0600-\u06ff]/);
  expect([...document.querySelectorAll(".goods strong")].every(({ textContent }) => /^€\d+$/.test(textContent ?? ""))).toBe(true);
});

test("pictures that say something have a name, and those that do not are passed over", () => {
  const pictures = [...document.querySelectorAll("main svg")].filter((one) => !one.parentElement?.closest("svg"));
  expect(pictures.length).toBeGreaterThan(3);
  for (const one of pictures) expect(one.getAttribute("aria-hidden") === "true" || (one.getAttribute("role") === "img" && Boolean(one.getAttribute("aria-label"))), one.outerHTML.slice(0, 80)).toBe(true);
});
