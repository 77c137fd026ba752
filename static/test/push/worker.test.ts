import { expect, test, vi } from "vitest";
import { serve, type WorkerScope } from "../../src/push/worker.js";

/** A service worker's scope in which events can be made. */
function setup(open: { url: string; focus: () => Promise<unknown> }[] = []) {
  const listeners = new Map<string, (event: never) => void>();
  const scope = {
    location: { origin: "https://chat.example" },
    registration: { showNotification: vi.fn(async () => {}) },
    clients: { matchAll: async () => open, openWindow: vi.fn(async () => {}) },
    addEventListener: (type: string, listener: (event: never) => void) => void listeners.set(type, listener),
  };
  serve(scope satisfies WorkerScope);
  const fire = async (type: string, event: object) => {
    let work: Promise<unknown> = Promise.resolve();
    listeners.get(type)?.({ ...event, waitUntil: (promise: Promise<unknown>) => (work = promise) } as never);
    await work;
  };
  return { scope, fire };
}

test("news are shown, and what is no news as such", async () => {
  const { scope, fire } = setup();
  await fire("push", { data: { json: () => ({ title: "Sarah", body: "We do.", url: "/widget?site_key=a", tag: "c1" }) } });
  await fire("push", { data: { json: () => { throw new SyntaxError("no"); } } });
  await fire("push", { data: { json: () => ({ url: "https://evil.example/x" }) } });
  expect(scope.registration.showNotification.mock.calls).toEqual([
    ["Sarah", { body: "We do.", tag: "c1", data: "https://chat.example/widget?site_key=a" }],
    ["Chat", { body: "", tag: "parley", data: "https://chat.example/" }],
    ["Chat", { body: "", tag: "parley", data: "https://chat.example" }],
  ]);
});

test("a click goes to the page that is open, or opens it", async () => {
  const focus = vi.fn(async () => {});
  const notification = { data: "https://chat.example/widget?site_key=a", close: vi.fn() };
  const open = setup([{ url: "https://chat.example/widget?site_key=a#x", focus }]);
  await open.fire("notificationclick", { notification });
  expect([focus.mock.calls.length, open.scope.clients.openWindow.mock.calls.length]).toEqual([1, 0]);
  const none = setup();
  await none.fire("notificationclick", { notification });
  expect(none.scope.clients.openWindow).toHaveBeenCalledWith(notification.data);
  expect(notification.close).toHaveBeenCalledTimes(2);
});
