// @vitest-environment happy-dom
import { expect, test, vi } from "vitest";
import { boot } from "../../src/loader/boot.js";
import { labelsFor } from "../../src/loader/labels.js";
import { defaultColor, inkOn, sideOf, soundColor, type ToHost } from "../../src/shared/bridge.js";
import { load, setup, type Slot } from "./setup.js";
import { eventually } from "../fake/eventually.js";

const look: ToHost = {
  type: "look",
  color: "#ffe08a",
  side: "left",
  labels: { open: "Chat öffnen", close: "Chat schließen", unread: "{n} ungelesen", frame: "Gespräch" },
};

test("before the visitor acts there is a launcher, and no frame, request, storage or cookie", () => {
  const fetched = vi.spyOn(globalThis, "fetch");
  const { button, frame, label } = setup();
  expect(button().type).toBe("button");
  expect(label()).toBe("Chat");
  expect(button().getAttribute("aria-expanded")).toBe("false");
  expect(frame()).toBeNull();
  expect(document.querySelectorAll("link,iframe")).toHaveLength(0);
  expect([document.cookie, localStorage.length, sessionStorage.length]).toEqual(["", 0, 0]);
  expect(fetched).not.toHaveBeenCalled();
  fetched.mockRestore();
});

test("intent lets the app come, once, and still opens nothing", () => {
  const { root, button, box, label } = setup();
  button().dispatchEvent(new Event("pointerenter"));
  button().dispatchEvent(new Event("focus"));
  expect(root().querySelectorAll("iframe")).toHaveLength(1);
  expect(box()?.dataset).toHaveProperty("closed");
  expect([label(), button().getAttribute("aria-expanded")]).toEqual(["Chat", "false"]);
});

test("a click opens the frame by the public key alone, another closes it and keeps it", () => {
  const { button, frame, label } = setup();
  button().click();
  const opened = frame();
  expect(opened?.src).toBe("https://chat.example/widget?site_key=site_1");
  expect(opened?.title).toBe("Chat");
  expect(label()).toBe("Chat");
  expect(button().getAttribute("aria-expanded")).toBe("true");
  load(opened as HTMLIFrameElement);
  button().click();
  expect(label()).toBe("Chat");
});

test("a frame that answered is kept when it closes, one that never did is fetched anew", async () => {
  const { button, frame, box, label } = setup();
  button().click();
  const silent = frame();
  button().click();
  expect(frame()).toBeNull();
  button().click();
  expect(frame()).not.toBe(silent);
  const end = load(frame() as HTMLIFrameElement);
  end.tell(look);
  await eventually(() => expect(label()).toBe("Chat schließen"));
  const answered = frame();
  button().click();
  expect(frame()).toBe(answered);
  expect(box()?.dataset).toHaveProperty("closed");
});

test("the port goes to the server's origin alone, and says first where the visitor is", async () => {
  document.title = "Bowls";
  const { button, frame } = setup({ color: "#336699" });
  button().click();
  const end = load(frame() as HTMLIFrameElement);
  expect(end.handover).toEqual({ data: "parley:port", origin: "https://chat.example", ports: 1 });
  await end.hears(1);
  expect(end.heard[0]).toEqual({
    type: "hello",
    page: { url: location.href, title: document.title, referrer: document.referrer },
    wish: { locale: "en", pinned: false, color: "#336699", theme: { siteKey: "site_1", color: "#336699" } },
    open: true,
    person: null,
    stored: {},
    forget: false,
  });
});

test("messages to the page itself are nothing to the widget", async () => {
  const { button, label } = setup();
  button().click();
  window.dispatchEvent(new MessageEvent("message", { data: { type: "close" }, origin: "https://chat.example" }));
  window.dispatchEvent(new MessageEvent("message", { data: look, origin: "https://evil.example" }));
  await new Promise((resume) => setImmediate(resume));
  expect(label()).toBe("Chat");
});

test("the frame decides on colour, side and words once it knows them", async () => {
  const { root, button, frame, label } = setup();
  button().click();
  load(frame() as HTMLIFrameElement).tell(look);
  await eventually(() => expect(label()).toBe("Chat schließen"));
  const host = root().host as HTMLElement;
  expect(host.style.getPropertyValue("--color")).toBe("#ffe08a");
  expect(host.style.getPropertyValue("--ink")).toBe("#000000");
  expect(host.dataset["side"]).toBe("left");
  expect(frame()?.title).toBe("Gespräch");
});

test("unread messages are counted on the closed launcher, in sight and in its name", async () => {
  const { root, button, frame, label, call } = setup();
  const counted = vi.fn();
  call("on", "unread", counted);
  button().click();
  const end = load(frame() as HTMLIFrameElement);
  end.tell(look);
  await eventually(() => expect(label()).toBe("Chat schließen"));
  button().click();
  end.tell({ type: "unread", count: 3 });
  await eventually(() => expect(label()).toBe("Chat öffnen, 3 ungelesen"));
  expect(counted).toHaveBeenCalledWith(3);
  const badge = root().querySelector("span");
  expect(badge?.textContent).toBe("3");
  end.tell({ type: "unread", count: 12 });
  await eventually(() => expect(badge?.textContent).toBe("9+"));
  button().click();
  expect([badge?.textContent, label()]).toEqual(["", "Chat schließen"]);
});

test("Escape and the frame's wish close, and focus returns to the launcher", async () => {
  const { root, button, frame, label } = setup();
  button().click();
  button().focus();
  button().dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  expect(label()).toBe("Chat");
  button().click();
  (document.activeElement as HTMLElement | null)?.blur();
  const focused = vi.spyOn(button(), "focus");
  Object.defineProperty(document, "activeElement", { get: () => root().host, configurable: true });
  load(frame() as HTMLIFrameElement).tell({ type: "close" });
  await eventually(() => expect(button().getAttribute("aria-expanded")).toBe("false"));
  expect(focused).toHaveBeenCalledOnce();
  Reflect.deleteProperty(document, "activeElement");
});

test("closing by the page leaves the focus where the visitor is", () => {
  const { button, call } = setup();
  call("open");
  const focused = vi.spyOn(button(), "focus");
  Object.defineProperty(document, "activeElement", { get: () => document.body, configurable: true });
  call("close");
  expect(focused).not.toHaveBeenCalled();
  Reflect.deleteProperty(document, "activeElement");
});

test("calls made before the loader came are made up for, in their order", () => {
  const told: string[] = [];
  const stub = Object.assign(() => {}, { q: [] as Iterable<unknown>[] });
  stub.q.push(["on", "open", () => told.push("open")], ["on", "close", () => told.push("close")], ["open"], ["close"], ["toggle"]);
  const { label } = setup({}, { Parley: stub });
  expect(told).toEqual(["open", "close", "open"]);
  expect(label()).toBe("Chat");
});

test("listeners are told once for each change, and can be taken back", () => {
  const { call } = setup();
  const [one, two] = [vi.fn(), vi.fn()];
  call("on", "open", one);
  call("on", "open", two);
  call("open");
  call("open");
  call("off", "open", one);
  call("close");
  call("open");
  call("off", "open");
  call("close");
  call("open");
  expect([one.mock.calls.length, two.mock.calls.length]).toEqual([1, 2]);
});

test("a listener that throws stops nobody", () => {
  const complained = vi.spyOn(console, "error").mockImplementation(() => {});
  const { call, label } = setup();
  const after = vi.fn();
  call("on", "open", () => {
    throw new Error("theirs");
  });
  call("on", "open", after);
  call("open");
  expect(after).toHaveBeenCalledOnce();
  expect(label()).toBe("Chat");
  expect(complained).toHaveBeenCalledOnce();
  complained.mockRestore();
});

test("shutdown leaves no trace, and the tag can be used again", () => {
  const slot: Slot = {};
  const { before, button, call } = setup({}, slot);
  button().dispatchEvent(new Event("pointerenter"));
  call("open");
  const kept = slot.Parley;
  call("shutdown");
  expect(document.documentElement.outerHTML).toBe(before);
  expect("Parley" in slot).toBe(false);
  kept?.("open");
  expect(document.documentElement.outerHTML).toBe(before);
  const again = setup({}, slot);
  expect(again.label()).toBe("Chat");
});

test("a second tag changes nothing, a foreign Parley is left alone, and an unknown call says so", () => {
  const complained = vi.spyOn(console, "error").mockImplementation(() => {});
  const { slot, call } = setup();
  const first = slot.Parley;
  setup({}, slot);
  expect(slot.Parley).toBe(first);
  const theirs = { Parley: { name: "a band" } } as unknown as Slot;
  setup({}, theirs);
  expect(theirs).toEqual({ Parley: { name: "a band" } });
  const song = () => "a song";
  const singing = { Parley: song } as Slot;
  setup({}, singing);
  expect(singing.Parley).toBe(song);
  call("explode");
  expect(complained.mock.calls.map(([text]) => text)).toEqual([
    "Parley: the name is taken",
    "Parley: the name is taken",
    'Parley: unknown call "explode"',
  ]);
  complained.mockRestore();
});

test("a script that no tag stands for, as a module, is told so and does nothing", () => {
  const complained = vi.spyOn(console, "error").mockImplementation(() => {});
  const slot: Slot = {};
  boot(null, slot);
  expect(slot).toEqual({});
  expect(complained).toHaveBeenCalledExactlyOnceWith("Parley: load it without type=module");
  complained.mockRestore();
});

test("a tag without a key waits for boot, which also brings back what was shut down", () => {
  const { slot, call } = setup({ siteKey: "" });
  expect(document.querySelector("parley-chat")).toBeNull();
  call("open");
  call("boot", { siteKey: "site_2", color: "#336699", locale: "ar" });
  call("boot", { siteKey: "site_3" });
  const frame = () => document.querySelector("parley-chat")?.shadowRoot?.querySelector("iframe");
  const parley = slot.Parley;
  call("open");
  expect(frame()?.src).toBe("https://chat.example/widget?site_key=site_2");
  expect(document.querySelector<HTMLElement>("parley-chat")?.style.getPropertyValue("--color")).toBe("#336699");
  call("shutdown");
  parley?.("boot", { siteKey: "site_4" });
  expect(slot.Parley).toBe(parley);
  call("open");
  expect(frame()?.src).toBe("https://chat.example/widget?site_key=site_4");
});

test("the launcher speaks the page's language and follows when the page changes it", async () => {
  const { label } = setup();
  document.documentElement.lang = "ar-EG";
  await eventually(() => expect(label()).toBe("محادثة"));
});

test("the tag's own language, side and colour win", () => {
  const { root, label } = setup({ locale: "ar", position: "left", color: "#123" });
  const host = root().host as HTMLElement;
  expect(label()).toBe("محادثة");
  expect([host.dataset["side"], host.style.getPropertyValue("--color")]).toEqual(["left", "#112233"]);
});

test("a tag in the head waits for the body", () => {
  setup({}, {}, (script, slot) => {
    const body = vi.spyOn(document, "body", "get").mockReturnValue(null as unknown as HTMLElement);
    boot(script, slot);
    body.mockRestore();
  });
  expect(document.querySelector("parley-chat")).toBeNull();
  document.dispatchEvent(new Event("DOMContentLoaded"));
  expect(document.querySelector("parley-chat")).not.toBeNull();
});

test("colours are sound, and their ink can be read", () => {
  expect(["#abc", "#A1B2C3", "red", "", undefined, "#12345", "url(x)"].map(soundColor)).toEqual([
    "#aabbcc",
    "#A1B2C3",
    ...Array(5).fill(defaultColor),
  ]);
  expect(["#000000", "#1f5f57", "#777777", "#ffe08a", "#ffffff"].map(inkOn)).toEqual(["#ffffff", "#ffffff", "#000000", "#000000", "#000000"]);
});

test("positions name a side, languages without words get English ones", () => {
  expect(["bottom-left", "left", "bottom-right", "", null].map(sideOf)).toEqual(["left", "left", "right", "right", "right"]);
  expect(labelsFor("tlh").open).toBe("Chat");
});
