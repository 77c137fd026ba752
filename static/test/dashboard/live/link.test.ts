import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Link } from "../../../src/dashboard/live/link.js";
import { FakeSockets } from "../fake/socket.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A line, and all that it told. */
function setup() {
  const sockets = new FakeSockets().install();
  const told: string[] = [];
  const link = new Link("ws://x/v2/ws", {
    state: (state) => told.push(state),
    event: ({ pos }) => told.push(`event ${pos}`),
    frame: ({ type }) => told.push(type),
    resync: () => told.push("resync"),
    refused: () => told.push("refused"),
  });
  link.open();
  return { sockets, told, link };
}
const event = (pos: number) => ({ id: `evt_${pos}`, type: "message.received", timestamp: "", pos, data: {} });

test("it begins from now on, and comes back with the place it knows", async () => {
  const { sockets, told, link } = setup();
  const first = sockets.welcome(10);
  expect(first.sent).toEqual([{ type: "hello" }]);
  first.receive(event(11));
  first.receive(event(11));
  first.end();
  await vi.advanceTimersByTimeAsync(1_000);
  const second = sockets.welcome(14);
  expect(second.sent).toEqual([{ type: "hello", after: 11 }]);
  for (const pos of [12, 13, 14]) second.receive(event(pos));
  expect(told).toEqual(["connecting", "live", "event 11", "lost", "connecting", "live", "event 12", "event 13", "event 14"]);
  link.close();
});

test("a line that says nothing any more is noticed and replaced", async () => {
  const { sockets, told, link } = setup();
  const first = sockets.welcome();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(first.sent.at(-1)).toEqual({ type: "ping" });
  await vi.advanceTimersByTimeAsync(8_000);
  expect(told.at(-1)).toBe("lost");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sockets.opened).toHaveLength(2);
  link.close();
});

test("an answer to the ping keeps it", async () => {
  const { sockets, link } = setup();
  const first = sockets.welcome();
  for (let i = 0; i < 5; i++) {
    await vi.advanceTimersByTimeAsync(20_000);
    first.receive({ type: "pong" });
  }
  expect(sockets.opened).toHaveLength(1);
  link.close();
});

test("it does not wait when the network returns, and gives up at once when it goes", async () => {
  const { sockets, told, link } = setup();
  sockets.welcome();
  window.dispatchEvent(new Event("offline"));
  expect(told.at(-1)).toBe("lost");
  window.dispatchEvent(new Event("online"));
  expect(sockets.opened).toHaveLength(2);
  link.close();
});

test("a planned close comes back when it was told to", async () => {
  const { sockets, link } = setup();
  sockets.welcome().receive({ type: "bye", reconnect_in: 1200 });
  await vi.advanceTimersByTimeAsync(1_100);
  expect(sockets.opened).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(200);
  expect(sockets.opened).toHaveLength(2);
  link.close();
});

test("a session that is over is not tried again", async () => {
  const { sockets, told } = setup();
  sockets.welcome().end(4401);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told.at(-1)).toBe("refused");
  expect(sockets.opened).toHaveLength(1);
});

test("what is told to be missing is read anew, from the place it names", async () => {
  const { sockets, told, link } = setup();
  const first = sockets.welcome(5);
  first.receive({ type: "resync", pos: 900 });
  first.receive(event(901));
  expect(told.slice(-2)).toEqual(["resync", "event 901"]);
  link.close();
});

test("without a line nothing is sent, and it says so", () => {
  const { sockets, link } = setup();
  expect(link.send({ type: "typing" })).toBe(false);
  sockets.welcome();
  expect(link.send({ type: "typing" })).toBe(true);
  link.close();
  expect(link.send({ type: "typing" })).toBe(false);
});
