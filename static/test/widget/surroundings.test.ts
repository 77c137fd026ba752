// @vitest-environment happy-dom
import { expect, onTestFinished, test, vi } from "vitest";
import type { ToFrame, ToHost } from "../../src/shared/bridge.js";
import { handover } from "../../src/shared/bridge.js";
import { HostedStorage, HostedTabs } from "../../src/widget/hosted.js";
import { wear } from "../../src/widget/looks.js";
import type { TabsPort } from "../../src/shared/world.js";
import { popoutMark } from "../../src/widget/host.js";
import { popOut } from "../../src/widget/popout.js";
import { findSurroundings } from "../../src/widget/surroundings.js";
import { eventually } from "../fake/eventually.js";
import { FakeStorage } from "../fake/storage.js";

const origin = "https://chat.example";
const wish = { locale: "", pinned: false, color: "" };
const page = { url: "https://shop.example/", title: "Shop", referrer: "" };
const hello: ToFrame = { type: "hello", page, wish, open: false, stored: { "parley:site_1:token": "t" } };

/** A frame's window, inside a page or opened by another frame, with or without a storage. */
function frame({ blocked = false, opener = null as object | null, hash = "" } = {}) {
  const parent = {};
  const made = Object.assign(new EventTarget(), { location: { origin, hash, pathname: "/widget", search: "?site_key=site_1" }, document: { referrer: "" }, opener });
  const refuse = () => {
    throw new DOMException("blocked", "SecurityError");
  };
  Object.defineProperty(made, "localStorage", { get: () => (blocked ? refuse() : localStorage) });
  Object.defineProperty(made, "parent", { value: opener ? made : parent });
  const window = made as unknown as Window;
  /** Hands over a port, as the loader does. */
  const greet = (source: unknown = opener ?? parent) => {
    const { port1, port2 } = new MessageChannel();
    const heard: ToHost[] = [];
    port1.onmessage = ({ data }) => heard.push(data as ToHost);
    onTestFinished(() => port1.close());
    made.dispatchEvent(Object.assign(new Event("message"), { source, origin, data: handover, ports: [port2] }));
    return { heard, tell: (message: ToFrame) => port1.postMessage(message) };
  };
  return { window, greet };
}

test("a frame with a storage of its own waits for nobody, and hears everything from the first word", async () => {
  const { window, greet } = frame();
  const { world, embedded, listen } = await findSurroundings("site_1", window);
  expect([world.storage(), embedded]).toEqual([localStorage, true]);
  const { tell } = greet();
  tell(hello);
  await new Promise((resume) => setTimeout(resume, 20));
  const heard: ToFrame[] = [];
  listen((message) => heard.push(message), () => {});
  await eventually(() => expect(heard).toEqual([hello]));
});

test("a frame without one keeps things in the page's, and hears what other tabs keep", async () => {
  const { window, greet } = frame({ blocked: true });
  const found = findSurroundings("site_1", window);
  const { heard, tell } = greet();
  tell(hello);
  const { world, listen } = await found;
  const changed = vi.fn();
  listen(() => {}, changed);
  const storage = world.storage();
  expect([storage.getItem("parley:site_1:token"), storage.length, storage.key(0)]).toEqual(["t", 1, "parley:site_1:token"]);
  storage.setItem("parley:site_1:read", "2");
  storage.setItem("parley:site_1:read", "2");
  storage.removeItem("parley:site_1:token");
  await eventually(() => expect(heard).toEqual([
    { type: "store", key: "parley:site_1:read", value: "2" },
    { type: "store", key: "parley:site_1:token", value: null },
  ]));
  tell({ type: "stored", key: "parley:site_1:talking", value: "1" });
  await eventually(() => expect(changed).toHaveBeenCalledOnce());
  expect(storage.getItem("parley:site_1:talking")).toBe("1");
});

test("tabs that share only the page's storage speak and elect by it", () => {
  const told: ToHost[] = [];
  const tabs = new HostedTabs({ tell: (message) => told.push(message) }, "parley:site_1:");
  const port = tabs.open("one");
  const notes: unknown[] = [];
  port.onNote = (note) => notes.push(note);
  const leads = vi.fn();
  port.lead(leads);
  port.say({ kind: "again" });
  expect(told).toEqual([
    { type: "lead", name: "one" },
    { type: "store", key: "parley:site_1:wire:one", value: '[0,{"kind":"again"}]' },
    { type: "store", key: "parley:site_1:wire:one", value: null },
  ]);
  expect(tabs.receive({ type: "stored", key: "parley:site_1:wire:one", value: '[4,{"kind":"refresh"}]' })).toBe(true);
  expect(tabs.receive({ type: "stored", key: "parley:site_1:wire:one", value: null })).toBe(true);
  expect(tabs.receive({ type: "stored", key: "parley:site_1:token", value: "x" })).toBe(false);
  tabs.receive({ type: "lead", name: "one", leading: true });
  expect([notes, leads.mock.calls]).toEqual([[{ kind: "refresh" }], [[true]]]);
  port.close();
  expect(told.at(-1)).toEqual({ type: "lead", name: "one", leave: true });
});

test("a window of its own asks the frame that opened it, and keeps things there", async () => {
  const asked = vi.fn();
  const opener = { postMessage: asked };
  const { window, greet } = frame({ opener, hash: popoutMark });
  const found = findSurroundings("site_1", window);
  expect(asked).toHaveBeenCalledWith(popoutMark, origin);
  greet({}).tell({ ...hello, stored: { "parley:site_1:token": "foreign" } } as ToFrame);
  greet().tell(hello);
  const { world, embedded } = await found;
  expect([embedded, world.storage().getItem("parley:site_1:token")]).toEqual([false, "t"]);
  expect(world.storage()).toBeInstanceOf(HostedStorage);
  expect(world.tabs?.("c1")).not.toBeNull();
});

test("the frame gives the window it opened a port, what is kept, and nothing to others", async () => {
  const { window } = frame();
  const popup = { postMessage: vi.fn(), close: vi.fn() };
  const open = vi.fn(() => popup as object | null);
  Object.assign(window, { open });
  const storage = new FakeStorage();
  storage.setItem("parley:site_1:token", "t");
  storage.setItem("other", "x");
  const person = { id: "user-7", hash: "f00d" };
  const options = { page, person, wish, storage: () => storage, prefix: "parley:site_1:" };
  expect(popOut(options, window)).toBe(true);
  expect(open.mock.calls[0]).toEqual(["/widget?site_key=site_1#popout", "_blank", expect.any(String)]);
  const ask = (source: object, from: string) => window.dispatchEvent(Object.assign(new Event("message"), { source, origin: from, data: popoutMark }));
  ask({}, origin);
  ask(popup, "https://evil.example");
  expect(popup.postMessage).not.toHaveBeenCalled();
  ask(popup, origin);
  const [word, to, ports] = popup.postMessage.mock.calls[0] as [string, string, [MessagePort]];
  expect([word, to]).toEqual([handover, origin]);
  const heard: unknown[] = [];
  ports[0].onmessage = ({ data }) => heard.push(data);
  onTestFinished(() => ports[0].close());
  await eventually(() => expect(heard).toEqual([{ ...hello, person, open: true }]));
  for (const [key, value] of [["parley:site_1:read", "1"], ["other", "stolen"], ["parley:site_1:token", null]]) ports[0].postMessage({ type: "store", key, value });
  ports[0].postMessage({ type: "close" });
  await eventually(() => expect(popup.close).toHaveBeenCalled());
  expect([storage.getItem("parley:site_1:read"), storage.getItem("other"), storage.getItem("parley:site_1:token")]).toEqual(["1", "x", null]);
  open.mockReturnValueOnce(null);
  expect(popOut(options, window)).toBe(false);
});

/** A window that a frame opened, at its end of the port; the frame's other tabs are a fake. */
async function windowOf(tabs: (name: string) => TabsPort | null) {
  const { window } = frame();
  const popup = { postMessage: vi.fn(), close: vi.fn(), closed: false };
  Object.assign(window, { open: () => popup });
  const storage = new FakeStorage();
  popOut({ page, person: null, wish, storage: () => storage, prefix: "parley:site_1:", tabs }, window);
  window.dispatchEvent(Object.assign(new Event("message"), { source: popup, origin, data: popoutMark }));
  const [, , [port]] = popup.postMessage.mock.calls[0] as [string, string, [MessagePort]];
  const heard: unknown[] = [];
  port.onmessage = ({ data }) => heard.push(data);
  onTestFinished(() => port.close());
  await eventually(() => expect(heard.splice(0)).toHaveLength(1));
  return { window, popup, port, heard, storage };
}

/** The way to the other tabs, which remembers what is said and asked. */
function fakeTabs() {
  const port = { onNote: null as TabsPort["onNote"], say: vi.fn(), lead: vi.fn(), close: vi.fn() };
  return { port, tabs: vi.fn(() => port) };
}

test("a window of its own speaks with the other tabs through its frame, and nothing of that is kept", async () => {
  const { port: others, tabs } = fakeTabs();
  const { port, heard, storage } = await windowOf(tabs);
  port.postMessage({ type: "lead", name: "c1" });
  await eventually(() => expect(others.lead).toHaveBeenCalledOnce());
  expect(tabs).toHaveBeenCalledWith("c1");
  (others.lead.mock.calls[0] as [(leading: boolean) => void])[0](false);
  others.onNote?.({ kind: "again" });
  await eventually(() => expect(heard).toEqual([{ type: "lead", name: "c1", leading: false }, { type: "stored", key: "parley:site_1:wire:c1", value: '[0,{"kind":"again"}]' }]));
  port.postMessage({ type: "store", key: "parley:site_1:wire:c1", value: '[7,{"kind":"refresh"}]' });
  port.postMessage({ type: "store", key: "parley:site_1:wire:c1", value: null });
  port.postMessage({ type: "lead", name: "c1", leave: true });
  await eventually(() => expect(others.close).toHaveBeenCalledOnce());
  expect([others.say.mock.calls, storage.length]).toEqual([[[{ kind: "refresh" }]], 0]);
});

test("the window is on its own when its frame goes, and where there are no other tabs to find", async () => {
  const { port: others, tabs } = fakeTabs();
  const one = await windowOf(tabs);
  one.port.postMessage({ type: "lead", name: "c1" });
  await eventually(() => expect(others.lead).toHaveBeenCalledOnce());
  one.window.dispatchEvent(new Event("pagehide"));
  await eventually(() => expect(one.heard).toEqual([{ type: "lead", name: "c1", leading: true }]));
  expect(others.close).toHaveBeenCalledOnce();
  const alone = await windowOf(() => null);
  alone.port.postMessage({ type: "lead", name: "c1" });
  await eventually(() => expect(alone.heard).toEqual([{ type: "lead", name: "c1", leading: true }]));
});

test("a window that was closed never leads the other tabs", async () => {
  const { port: others, tabs } = fakeTabs();
  const { popup, port } = await windowOf(tabs);
  port.postMessage({ type: "lead", name: "c1" });
  await eventually(() => expect(others.lead).toHaveBeenCalledOnce());
  popup.closed = true;
  (others.lead.mock.calls[0] as [(leading: boolean) => void])[0](true);
  expect(others.close).toHaveBeenCalledOnce();
});

test("looks are custom properties of our own names, and light or dark", () => {
  const root = document.createElement("div");
  wear({ "--parley-radius": "4px", "--other": "1", mode: "dark", color: "#123456" }, root);
  expect([root.style.getPropertyValue("--parley-radius"), root.style.getPropertyValue("--other"), root.dataset["mode"]]).toEqual(["4px", "", "dark"]);
  wear({ mode: "auto" }, root);
  expect([root.style.getPropertyValue("--parley-radius"), root.dataset["mode"]]).toEqual(["", undefined]);
});
