// @vitest-environment happy-dom
// The client as a page imports it: what it does to the page, and that it stops when it is told to.
import { afterEach, expect, test, vi } from "vitest";
import { createClient } from "../../src/client/index.js";

class Socket {
  static opened = 0;
  close = () => {};
  send = () => {};
  constructor() {
    Socket.opened++;
  }
}

afterEach(() => {
  vi.unstubAllGlobals();
  localStorage.clear();
});

test("a client that was stopped stays so, whatever the page and other tabs do", () => {
  vi.stubGlobal("WebSocket", Socket);
  vi.stubGlobal("fetch", vi.fn(() => new Promise(() => {})));
  localStorage.setItem("parley:pk_live_1:token", "t");
  localStorage.setItem("parley:pk_live_1:talking", "1");
  const chat = createClient({ siteKey: "pk_live_1", origin: "https://chat.example" });
  const wakes = vi.spyOn(chat, "wake");
  chat.open();
  window.dispatchEvent(new Event("online"));
  expect([Socket.opened > 0, wakes.mock.calls.length]).toEqual([true, 1]);
  chat.stop();
  const before = Socket.opened;
  for (const name of ["online", "pageshow", "storage"]) window.dispatchEvent(new Event(name));
  document.dispatchEvent(new Event("visibilitychange"));
  expect(wakes).toHaveBeenCalledTimes(1);
  // Nor when a page that still holds it calls by itself.
  chat.wake();
  chat.stored();
  expect([Socket.opened, chat.snapshot().link]).toEqual([before, "idle"]);
});
