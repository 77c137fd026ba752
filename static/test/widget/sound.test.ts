import { afterEach, beforeEach, expect, test, vi } from "vitest";

/** An audio that counts its notes, and may have to wait for the visitor's first touch. */
let notes = 0;
let touched: Promise<void> = Promise.resolve();
const gain = { setValueAtTime: () => 0, linearRampToValueAtTime: () => 0, exponentialRampToValueAtTime: () => 0 };
class FakeAudio {
  currentTime = 0;
  destination = {};
  resume = () => touched;
  createGain = () => ({ gain, connect: () => undefined });
  createOscillator = () => ({ frequency: { value: 0 }, connect: (next: object) => next, start: () => notes++, stop: () => 0 });
}

/** The locks of a browser, as far as they are asked for here. */
class FakeLocks {
  readonly held = new Set<string>();
  async request(name: string, _: object, act: (lock: object | null) => Promise<void>): Promise<void> {
    if (this.held.has(name)) return act(null);
    this.held.add(name);
    await act({});
    this.held.delete(name);
  }
}

/** A tab of its own: the module with what it holds. */
const tab = async () => {
  vi.resetModules();
  return (await import("../../src/widget/sound.js")).chime;
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("AudioContext", FakeAudio);
  vi.stubGlobal("navigator", {});
  [notes, touched] = [0, Promise.resolve()];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("two notes are heard, and none where the browser has no audio", async () => {
  const chime = await tab();
  await chime();
  expect(notes).toBe(2);
  vi.stubGlobal("AudioContext", undefined);
  await chime();
  expect(notes).toBe(2);
});

test("what waits for the visitor's first touch is not heard at it, neither once nor many times over", async () => {
  const chime = await tab();
  let touch = () => {};
  touched = new Promise((resolve) => (touch = resolve));
  const waiting = [chime(() => true), chime(() => true), chime(() => true)];
  await vi.advanceTimersByTimeAsync(5_000);
  touch();
  await Promise.all(waiting);
  expect(notes).toBe(0);
  await chime(() => true);
  expect(notes).toBe(2);
});

test("what another tab has sounded already is not sounded again", async () => {
  const chime = await tab();
  await chime(() => false);
  expect(notes).toBe(0);
});

test("of tabs that hear of an answer at the same time, before one knows of the other, a single one sounds", async () => {
  vi.stubGlobal("navigator", { locks: new FakeLocks() });
  const tabs = [await tab(), await tab(), await tab()];
  const waiting = tabs.map((chime) => chime(() => true));
  await vi.advanceTimersByTimeAsync(5_000);
  await Promise.all(waiting);
  expect(notes).toBe(2);
  // The next answer finds the lock free.
  const next = tabs[1]?.(() => true);
  await vi.advanceTimersByTimeAsync(5_000);
  await next;
  expect(notes).toBe(4);
});

test("a tab that hears of an answer after another has sounded it keeps no tab from sounding the next", async () => {
  vi.stubGlobal("navigator", { locks: new FakeLocks() });
  const [late, other] = [await tab(), await tab()];
  void late(() => false);
  await vi.advanceTimersByTimeAsync(0);
  const heard = other(() => true);
  await vi.advanceTimersByTimeAsync(5_000);
  await heard;
  expect(notes).toBe(2);
});

test("a frame that may not ask for a lock sounds all the same", async () => {
  vi.stubGlobal("navigator", { locks: { request: () => Promise.reject(new DOMException("denied", "SecurityError")) } });
  await (await tab())(() => true);
  expect(notes).toBe(2);
});

test("a tab that cannot be heard keeps no other from it", async () => {
  vi.stubGlobal("navigator", { locks: new FakeLocks() });
  const [dumb, other] = [await tab(), await tab()];
  touched = new Promise(() => {});
  void dumb(() => true);
  touched = Promise.resolve();
  const heard = other(() => true);
  await vi.advanceTimersByTimeAsync(5_000);
  await heard;
  expect(notes).toBe(2);
});
