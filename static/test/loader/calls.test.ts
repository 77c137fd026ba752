// @vitest-environment happy-dom
import { expect, onTestFinished, test, vi } from "vitest";
import { eventually } from "../fake/eventually.js";
import { load, setup } from "./setup.js";

/** A page whose chat was opened and whose frame has spoken. */
async function opened(attributes: Record<string, string> = {}) {
  const page = setup(attributes);
  page.call("open");
  const end = load(page.frame() as HTMLIFrameElement);
  await end.hears(1);
  end.tell({ type: "unread", count: 0 });
  await new Promise((resume) => setTimeout(resume));
  return { ...page, end };
}

test("language, looks and identity travel to the frame, and the launcher follows", async () => {
  const { root, label, call, end } = await opened();
  call("setLocale", "ar");
  call("setTheme", { color: "#123456", position: "left", mode: "dark", "--parley-radius": "4px" });
  call("identify", { id: "7", hash: "f00d" });
  call("track", { url: "https://shop.example/virtual", title: "Virtual" });
  await end.hears(5);
  expect(end.heard[1]).toMatchObject({ type: "wish", wish: { locale: "ar", pinned: true } });
  expect(end.heard[2]).toMatchObject({ type: "wish", wish: { color: "#123456", theme: { mode: "dark", "--parley-radius": "4px" } } });
  expect(end.heard[3]).toEqual({ type: "identify", person: { id: "7", hash: "f00d" } });
  expect(end.heard[4]).toMatchObject({ type: "page", page: { url: "https://shop.example/virtual" } });
  const host = root().host as HTMLElement;
  expect(label()).toBe("محادثة");
  expect([host.dataset["side"], host.style.getPropertyValue("--color"), host.style.getPropertyValue("--parley-radius")]).toEqual(["left", "#123456", "4px"]);
});

test("what was said before the frame came is in its hello", async () => {
  const { call, frame } = setup();
  call("identify", { token: "jwt" });
  call("open");
  const end = load(frame() as HTMLIFrameElement);
  await end.hears(1);
  expect(end.heard[0]).toMatchObject({ type: "hello", person: { token: "jwt" } });
});

test("the launcher can be hidden and shown, and the page can ask for the unread messages", async () => {
  const { root, slot, call, end } = await opened();
  call("hide");
  expect((root().host as HTMLElement).hidden).toBe(true);
  call("show");
  expect((root().host as HTMLElement).hidden).toBe(false);
  end.tell({ type: "unread", count: 2 });
  await eventually(() => expect(slot.Parley?.("unread")).toBe(2));
});

test("to hide is to close too, and to open is to show: nobody is left before a chat that cannot be seen", async () => {
  const { root, button, call } = await opened();
  const host = root().host as HTMLElement;
  call("hide");
  expect([host.hidden, button().getAttribute("aria-expanded")]).toEqual([true, "false"]);
  call("open");
  expect([host.hidden, button().getAttribute("aria-expanded")]).toEqual([false, "true"]);
});

test("of the page's storage the frame gets what is its own, and no more", async () => {
  localStorage.setItem("parley:site_1:token", "t");
  localStorage.setItem("cart", "bowls");
  onTestFinished(() => localStorage.clear());
  const { end } = await opened();
  expect(end.heard[0]).toMatchObject({ stored: { "parley:site_1:token": "t" } });
  end.tell({ type: "store", key: "cart", value: "stolen" });
  end.tell({ type: "store", key: "parley:site_1:read", value: "3" });
  end.tell({ type: "store", key: "parley:site_1:token", value: null });
  await eventually(() => expect(localStorage.getItem("parley:site_1:read")).toBe("3"));
  await eventually(() => expect(localStorage.getItem("parley:site_1:token")).toBeNull());
  expect(localStorage.getItem("cart")).toBe("bowls");
  window.dispatchEvent(new StorageEvent("storage", { key: "cart", newValue: "x" }));
  window.dispatchEvent(new StorageEvent("storage", { key: "parley:site_1:talking", newValue: "1" }));
  await eventually(() => expect(end.heard.at(-1)).toEqual({ type: "stored", key: "parley:site_1:talking", value: "1" }));
});

test("shutdown asks the frame to forget, and takes it away when it did", async () => {
  const { before, slot, call, end } = await opened();
  call("shutdown");
  expect("Parley" in slot).toBe(false);
  await eventually(() => expect(end.heard.at(-1)).toEqual({ type: "wipe" }));
  expect(document.querySelector<HTMLElement>("parley-chat")?.hidden).toBe(true);
  end.tell({ type: "wiped" });
  await eventually(() => expect(document.documentElement.outerHTML).toBe(before));
});

test("logout of a visitor whose frame is not there fetches it to forget", async () => {
  localStorage.setItem("parley:site_1:back", "1");
  onTestFinished(() => localStorage.clear());
  const { call, frame } = setup();
  call("logout");
  const end = load(frame() as HTMLIFrameElement);
  await end.hears(1);
  expect(end.heard[0]).toMatchObject({ type: "hello", open: false, forget: true });
  end.tell({ type: "wiped" });
});

test("what is only kept brings no frame, and is forgotten when the page says so", async () => {
  localStorage.setItem("parley:site_1:back", "0");
  onTestFinished(() => localStorage.clear());
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { call, frame } = setup();
  vi.advanceTimersByTime(5_000);
  expect(frame()).toBeNull();
  vi.useRealTimers();
  call("logout");
  const end = load(frame() as HTMLIFrameElement);
  await end.hears(1);
  expect(end.heard[0]).toMatchObject({ type: "hello", open: false, forget: true });
  end.tell({ type: "wiped" });
});

test("what is to be delivered or waited for brings the frame by itself", () => {
  localStorage.setItem("parley:site_1:back", "1");
  onTestFinished(() => localStorage.clear());
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { frame } = setup();
  vi.advanceTimersByTime(5_000);
  expect(frame()).not.toBeNull();
});

test("logout without a visitor fetches nothing", () => {
  const { call, frame } = setup();
  call("logout");
  expect(frame()).toBeNull();
});

test("a page that takes another body, or sweeps the chat away, keeps it", async () => {
  const { root } = setup();
  const host = root().host;
  const body = document.createElement("body");
  document.body.replaceWith(body);
  expect(host.isConnected).toBe(true);
  host.remove();
  await eventually(() => expect(host.isConnected).toBe(true));
});

test("a new address is told without touching the page's history", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  onTestFinished(() => void vi.useRealTimers());
  const { push } = { push: history.pushState };
  const { end } = await opened();
  expect(history.pushState).toBe(push);
  location.hash = "#bowls";
  vi.advanceTimersByTime(1_100);
  await eventually(() => expect(end.heard.at(-1)).toMatchObject({ type: "page", page: { url: expect.stringContaining("#bowls") } }));
});
