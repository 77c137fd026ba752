// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Configurator } from "../../src/configurator/Configurator.js";
import { Framed, frameOf } from "../../src/configurator/framed.js";
import { type Settings, snippetOf, typedColor, usual } from "../../src/configurator/settings.js";
import { handover, inkOn } from "../../src/shared/bridge.js";
import { contrast } from "../../src/widget/color.js";
import { seeded } from "../fake/random.js";

const find = <T extends HTMLElement>(selector: string): T => document.querySelector<T>(selector) as T;
const line = (): string => find("pre").textContent ?? "";
const start = (siteKey = "pk_live_1") => {
  render(null, document.body);
  render(<Configurator siteKey={siteKey} origin="https://chat.example" />, document.body);
};
beforeEach(() => start());
afterEach(() => vi.restoreAllMocks());

async function put(selector: string, value: string, event = "input"): Promise<void> {
  await act(() => {
    find<HTMLInputElement>(selector).value = value;
    find(selector).dispatchEvent(new Event(event, { bubbles: true }));
  });
}

/** The attributes of the script tag, as a browser reads the line. */
function attributesOf(text: string): Record<string, string> {
  const page = document.implementation.createHTMLDocument();
  page.body.innerHTML = text;
  expect([...page.body.children].map(({ tagName }) => tagName)).toEqual(["SCRIPT"]);
  return Object.fromEntries([...(page.body.firstElementChild as Element).attributes].map(({ name, value }) => [name, value]));
}

test("whatever is chosen and typed is in the line as it was meant, when a browser reads it", () => {
  const random = seeded(2026);
  const pick = <T,>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const signs = ['"', "'", "<", ">", "&", "&amp;", "</script>", "=", " ", "é", "🥣", "مرحبا", "\\", "`", "{n}"];
  for (let round = 0; round < 300; round++) {
    const settings: Settings = {
      color: `#${Math.floor(random() * 0xffffff).toString(16).padStart(6, "0")}`,
      side: pick(["left", "right"] as const),
      mode: pick(["auto", "light", "dark"] as const),
      radius: Math.floor(random() * 25),
      greeting: Array.from({ length: Math.floor(random() * 8) }, () => pick(signs)).join(""),
      locale: pick(["", "ar", "de"]),
    };
    const key = `pk_${pick(signs)}`;
    const { async: once, ...said } = attributesOf(snippetOf(settings, "https://chat.example/", key));
    const wanted = {
      src: "https://chat.example/widget.js",
      "data-site-key": key,
      "data-color": settings.color,
      "data-position": settings.side === "left" ? "left" : "",
      "data-mode": settings.mode === "auto" ? "" : settings.mode,
      "data-radius": settings.radius === usual.radius ? "" : String(settings.radius),
      "data-greeting": settings.greeting.trim(),
      "data-locale": settings.locale,
    };
    expect(once).toBe("");
    expect(said).toEqual(Object.fromEntries(Object.entries(wanted).filter(([, value]) => value)));
  }
});

test("any colour has a text that can be read on it, and the page says so with one number", async () => {
  const random = seeded(45);
  for (let round = 0; round < 400; round++) {
    const color = `#${Math.floor(random() * 0x1000000).toString(16).padStart(6, "0")}`;
    expect(contrast(color, inkOn(color)), color).toBeGreaterThanOrEqual(4.5);
  }
  for (const color of ["#777777", "#ffffff", "#000000"]) {
    await put("input[type=text][maxlength='7']", color);
    expect(find(".fact").textContent).toContain(`Text on it is ${inkOn(color) === "#ffffff" ? "white" : "black"}: ${contrast(color, inkOn(color)).toFixed(1)} to 1`);
  }
});

test.each([
  ["abc", "#aabbcc"],
  ["#ABC", "#aabbcc"],
  [" #12345f ", "#12345f"],
  ["#12", null],
  ["#1234", null],
  ["#gggggg", null],
  ["red", null],
  ["", null],
  ["##fff", null],
])("the colour typed as %j is %j", (text, color) => expect(typedColor(text)).toBe(color));

test("a colour half typed is called wrong, and the one before stays until there is another", async () => {
  const field = "input[aria-label='Colour as hexadecimal']";
  await put(field, "#12345");
  expect([find(field).getAttribute("aria-invalid"), line().includes(usual.color)]).toEqual(["true", true]);
  await put(field, "#123456");
  expect([find(field).getAttribute("aria-invalid"), line().includes("#123456")]).toEqual(["false", true]);
  expect(find<HTMLInputElement>("input[type=color]").value).toBe("#123456");
  await act(() => find("[name=swatch]").click());
  expect([find<HTMLInputElement>(field).value, find(field).getAttribute("aria-invalid")]).toEqual([usual.color, "false"]);
});

test("what is chosen back is not in the line, and spaces are no greeting", async () => {
  const first = line();
  await put("#radius", "3");
  await put("#greeting", "   ");
  await act(() => find("[value=left]").click());
  await act(() => find("[value=right]").click());
  await put("#radius", String(usual.radius));
  expect(line()).toBe(first);
});

test("everything that can be chosen has a name, and the preview a title", () => {
  for (const control of document.querySelectorAll<HTMLElement>("form input, form select, button")) {
    const name = control.getAttribute("aria-label") ?? document.querySelector(`label[for="${control.id}"]`)?.textContent ?? control.closest("label")?.textContent ?? control.textContent;
    expect(name?.trim(), control.outerHTML).toBeTruthy();
  }
  expect(find("iframe").title).toBe("Preview of the widget");
  expect([...document.querySelectorAll("fieldset")].every((one) => one.querySelector("legend")?.textContent)).toBe(true);
});

test("a key that is no word of an address stays one value in it", () => {
  start('pk&x="1"#y');
  expect(new URL(find<HTMLIFrameElement>("iframe").getAttribute("src") ?? "", "https://chat.example").searchParams.get("site_key")).toBe('pk&x="1"#y');
  expect(frameOf("a b")).toBe("/widget?site_key=a%20b");
});

test("Enter in a field sends the page nowhere", () => {
  const sent = new Event("submit", { cancelable: true, bubbles: true });
  find("form").dispatchEvent(sent);
  expect(sent.defaultPrevented).toBe(true);
});

/** A frame whose document hears the page. */
function setup() {
  const closed = vi.fn();
  const heard: unknown[] = [];
  const posted: { message: unknown; origin: string; port: MessagePort }[] = [];
  const framed = new Framed(closed);
  const frame = { contentWindow: { postMessage: (message: unknown, origin: string, [port]: MessagePort[]) => posted.push({ message, origin, port: port as MessagePort }) } } as unknown as HTMLIFrameElement;
  const wish = { locale: "en", pinned: true, color: "#112233" };
  const listen = (at: number) =>
    new Promise<void>((done) => {
      const { port } = posted[at] as { port: MessagePort };
      port.onmessage = ({ data }: MessageEvent) => (heard.push(data), done());
    });
  return { framed, frame, wish, closed, heard, posted, listen };
}

test("the frame is told of nobody, of nothing kept, and only at our own address", async () => {
  const { framed, frame, wish, heard, posted, listen } = setup();
  framed.greet(frame, wish);
  expect(posted.map(({ message, origin }) => [message, origin])).toEqual([[handover, location.origin]]);
  await listen(0);
  expect(heard[0]).toMatchObject({ type: "hello", wish, open: false, stored: {} });
  expect(heard[0]).not.toHaveProperty("person");
  framed.leave();
});

test("a document that was loaded anew has the page's ear, and the one before has it no more", async () => {
  const { framed, frame, wish, closed, heard, posted, listen } = setup();
  framed.greet(frame, wish);
  framed.greet(frame, wish);
  await listen(1);
  const other = { ...wish, color: "#445566" };
  const next = listen(1);
  framed.wish(other);
  await next;
  expect(heard.at(-1)).toEqual({ type: "wish", wish: other });
  posted[0]?.port.postMessage({ type: "close" });
  posted[1]?.port.postMessage({ type: "unread", count: 3 });
  posted[1]?.port.postMessage({ type: "close" });
  await vi.waitFor(() => expect(closed).toHaveBeenCalledTimes(1));
  framed.leave();
  framed.wish(wish);
});

test("the preview is closed and opened again by its button, which says what it does next", async () => {
  const button = () => find("button.launcher");
  expect([button().getAttribute("aria-expanded"), button().getAttribute("aria-label")]).toEqual(["true", "Close the preview"]);
  await act(() => button().click());
  expect([button().getAttribute("aria-expanded"), button().getAttribute("aria-label"), find("iframe").className]).toEqual(["false", "Open the preview", "shut"]);
});
