// @vitest-environment happy-dom
import { expect, onTestFinished, test, vi } from "vitest";
import { handover } from "../../src/shared/bridge.js";
import { browserWorld } from "../../src/widget/browser.js";
import { meetHost } from "../../src/widget/host.js";
import { eventually } from "../fake/eventually.js";

const shop = "https://shop.example";

/** A frame's window whose parent is a page of the shop. */
function setup(said: { ancestorOrigins?: string[]; referrer?: string }) {
  const parent = {};
  const frame = Object.assign(new EventTarget(), {
    parent,
    location: { ancestorOrigins: said.ancestorOrigins },
    document: { referrer: said.referrer ?? "" },
  });
  const heard: unknown[] = [];
  const host = meetHost((message) => heard.push(message), frame as unknown as Window);

  /** Offers a port, and gives the other end and what comes out of it. */
  const offer = (change: { source?: unknown; origin?: string; data?: unknown; ports?: MessagePort[] } = {}) => {
    const { port1, port2 } = new MessageChannel();
    const got: unknown[] = [];
    port1.onmessage = ({ data }) => got.push(data);
    onTestFinished(() => port1.close());
    const fields = { source: parent, origin: shop, data: handover, ports: [port2], ...change };
    frame.dispatchEvent(Object.assign(new Event("message"), fields));
    return { port: port1, got };
  };
  return { host, heard, offer, parent };
}

test("the parent's port is taken, what was to be said before goes over it first", async () => {
  const { host, heard, offer } = setup({ referrer: `${shop}/bowls` });
  host.tell({ type: "unread", count: 1 });
  const { port, got } = offer();
  host.tell({ type: "close" });
  await eventually(() => expect(got).toEqual([{ type: "unread", count: 1 }, { type: "close" }]));
  port.postMessage({ type: "close" });
  await eventually(() => expect(heard).toEqual([{ type: "close" }]));
});

test.each([
  ["another window", { source: {} }],
  ["another origin", { origin: "https://evil.example" }],
  ["a message without the word", { data: "hello" }],
  ["a message without a port", { ports: [] }],
])("%s is not listened to, and the true port is still taken after it", async (_, change) => {
  const { host, offer } = setup({ ancestorOrigins: [shop], referrer: "https://elsewhere.example/" });
  const { got } = offer(change);
  host.tell({ type: "close" });
  const good = offer();
  await eventually(() => expect(good.got).toEqual([{ type: "close" }]));
  expect(got).toEqual([]);
});

test("a second port is refused, the first one stays", async () => {
  const { host, offer } = setup({ ancestorOrigins: [shop] });
  const first = offer();
  const second = offer();
  host.tell({ type: "close" });
  await eventually(() => expect(first.got).toEqual([{ type: "close" }]));
  expect(second.got).toEqual([]);
});

test("a browser that says nothing of the parent leaves the window as the proof", async () => {
  const { host, offer } = setup({});
  const { got } = offer();
  host.tell({ type: "close" });
  await eventually(() => expect(got).toEqual([{ type: "close" }]));
});

test("the browser's world is this browser's", async () => {
  const world = browserWorld();
  const [before, now, after] = [Date.now(), world.now(), Date.now()];
  expect([before, now, after]).toEqual([before, now, after].toSorted((a, b) => a - b));
  expect(world.bytes(32)).toHaveLength(32);
  expect(world.random()).toBeLessThan(1);
  expect(world.storage()).toBe(localStorage);
  await new Promise<void>((resolve) => world.setTimeout(resolve, 0));
  const never = vi.fn();
  world.clearTimeout(world.setTimeout(never, 0));
  await new Promise<void>((resolve) => world.setTimeout(resolve, 0));
  expect(never).not.toHaveBeenCalled();
  vi.stubGlobal("WebSocket", undefined);
  expect(world.openSocket("wss://chat.example")).toBeNull();
  vi.stubGlobal("WebSocket", class { constructor(readonly url: string) {} });
  expect(world.openSocket("wss://chat.example")).toMatchObject({ url: "wss://chat.example" });
  vi.unstubAllGlobals();
});
