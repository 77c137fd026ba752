import { expect, test, vi } from "vitest";
import { serve, type WorkerScope } from "../../src/push/worker.js";

/** A service worker's scope in which events can be made. */
function setup(open: Awaited<ReturnType<WorkerScope["clients"]["matchAll"]>> = []) {
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

const widget = "https://chat.example/widget?site_key=a";
const about = `${widget}#conversation=${"t".repeat(64)}`;
const pageAt = (url: string, frameType: "top-level" | "nested" = "top-level") => ({ url, frameType, focus: vi.fn(async () => {}), postMessage: vi.fn() });
const click = () => ({ notification: { data: about, close: vi.fn() } });

test("a click goes to the page that is open and has it show the conversation", async () => {
  const page = pageAt(`${widget}#x`);
  const { scope, fire } = setup([pageAt("https://chat.example/app"), page]);
  const event = click();
  await fire("notificationclick", event);
  expect(page.postMessage.mock.calls).toEqual([[{ show: about }]]);
  expect([page.focus.mock.calls.length, scope.clients.openWindow.mock.calls.length]).toEqual([1, 0]);
  expect(event.notification.close).toHaveBeenCalledOnce();
});

test("where no such page is open, or only a frame on another page, the click opens one", async () => {
  const frame = pageAt(widget, "nested");
  for (const pages of [[], [frame]]) {
    const { scope, fire } = setup(pages);
    await fire("notificationclick", click());
    expect(scope.clients.openWindow.mock.calls).toEqual([[about]]);
  }
  expect(frame.postMessage).not.toHaveBeenCalled();
});

test.each([
  ["http://[", "https://chat.example"],
  ["javascript:alert(1)", "https://chat.example"],
  ["//evil.example/widget", "https://chat.example"],
  ["https://chat.example@evil.example/", "https://chat.example"],
  ["data:text/html,x", "https://chat.example"],
  ["/widget?site_key=a#conversation=b", "https://chat.example/widget?site_key=a#conversation=b"],
  ["widget", "https://chat.example/widget"],
])("news with the address %s lead to %s, and are shown in any case", async (url, where) => {
  const { scope, fire } = setup();
  await fire("push", { data: { json: () => ({ title: "Sarah", url }) } });
  expect(scope.registration.showNotification.mock.calls).toEqual([["Sarah", { body: "", tag: "parley", data: where }]]);
});

test.each([["nothing", null], ["a text", "hello"], ["a number", 7], ["a list", [1]]])("news that are %s are shown as such: a browser takes the right away from who shows none", async (_, json) => {
  const { scope, fire } = setup();
  await fire("push", { data: json === null ? null : { json: () => json } });
  expect(scope.registration.showNotification).toHaveBeenCalledExactlyOnceWith("Chat", { body: "", tag: "parley", data: "https://chat.example/" });
});

test("of several pages the one that shows this site is taken, wherever in it somebody is", async () => {
  const pages = [pageAt("https://chat.example/widget?site_key=b"), pageAt(widget, "nested"), pageAt(`${widget}#help`), pageAt(widget)];
  const { scope, fire } = setup(pages);
  await fire("notificationclick", click());
  expect(pages.map(({ focus }) => focus.mock.calls.length)).toEqual([0, 0, 1, 0]);
  expect(scope.clients.openWindow).not.toHaveBeenCalled();
});
