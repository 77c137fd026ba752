// @vitest-environment happy-dom
import { readFileSync } from "node:fs";
import { beforeEach, expect, test, vi } from "vitest";
import { ar } from "../../src/demo/ar.js";
import { speakArabic, wantsArabic, wireButtons } from "../../src/demo/demo.js";

const html = readFileSync("src/demo/index.html", "utf8");
const attributes = (name: string) => [...html.matchAll(new RegExp(` ${name}="(\\w+)"`, "g"))].map(([, key]) => key);

beforeEach(() => {
  document.body.innerHTML = html.slice(html.indexOf("<body>") + 6, html.indexOf("</body>"));
});

test("everything the page says can be said in Arabic, and nothing is left over", () => {
  const keys = [...attributes("data-say"), ...attributes("data-label"), "title"];
  expect(keys.sort()).toEqual(Object.keys(ar).sort());
});

test("Arabic is spoken when the address or else the browser asks for it", () => {
  expect(wantsArabic("https://x.example/demo", "ar-EG")).toBe(true);
  expect(wantsArabic("https://x.example/demo?lang=en", "ar-EG")).toBe(false);
  expect(wantsArabic("https://x.example/demo?lang=ar", "en")).toBe(true);
  expect(wantsArabic("https://x.example/demo", "en")).toBe(false);
});

test("the page in Arabic reads from right to left and tells the chat", () => {
  document.body.insertAdjacentHTML("beforeend", '<script type="text/plain" data-site-key="k"></script>');
  speakArabic(document);
  expect([document.documentElement.lang, document.documentElement.dir, document.title]).toEqual(["ar", "rtl", ar["title"]]);
  expect(document.querySelector("h1")?.textContent).toBe(ar["heroTitle"]);
  expect(document.querySelector("nav")?.getAttribute("aria-label")).toBe(ar["navMain"]);
  expect(document.querySelector("[data-language]")?.textContent).toBe("English");
  const script = document.querySelector<HTMLElement>("script[data-site-key]");
  expect(script?.dataset).toMatchObject({ locale: "ar", position: "left" });
});

test("the page's buttons open the chat, also when pressed before the loader came", () => {
  const page: Parameters<typeof wireButtons>[0] = window;
  delete page.Parley;
  wireButtons(page);
  const [button] = document.querySelectorAll<HTMLButtonElement>("[data-chat]");
  button?.click();
  expect((page.Parley as unknown as { q: unknown } | undefined)?.q).toEqual([["open"]]);
  const loaded = vi.fn();
  page.Parley = loaded;
  button?.click();
  expect(loaded).toHaveBeenCalledWith("open");
});

test("the page brings nothing from elsewhere and has no inline script", () => {
  const outside = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = ""]) => address).filter((address) => /^(https?:)?\/\//.test(address));
  expect(outside).toEqual([]);
  expect(html.match(/\son\w+=/)).toBeNull();
  expect([...html.matchAll(/<script[^>]*>([^<]*)</g)].map(([, inside]) => inside)).toEqual(["", ""]);
});
