// @vitest-environment happy-dom
// The locks of the customer's page, lent to frames that have none: one tab leads, and who left leads no longer.
import { expect, onTestFinished, test } from "vitest";
import { lend } from "../../src/loader/lending.js";
import type { ToFrame } from "../../src/shared/bridge.js";
import { eventually } from "../fake/eventually.js";

type Hold = () => Promise<unknown>;

/** Locks as browsers have them, as far as the loader uses them: one holder for each name, the others in a row. */
class FakeLocks {
  readonly #rows = new Map<string, Promise<unknown>>();

  request(name: string, { signal }: { signal: AbortSignal }, hold: Hold): Promise<unknown> {
    const aborted = new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(new DOMException("left", "AbortError"))));
    const before = this.#rows.get(name) ?? Promise.resolve();
    const held = before.then(() => (signal.aborted ? undefined : hold()));
    this.#rows.set(name, held.catch(() => {}));
    return Promise.race([held, aborted]);
  }
}

function shop() {
  const locks = new FakeLocks();
  Object.defineProperty(navigator, "locks", { value: locks, configurable: true });
  onTestFinished(() => void Reflect.deleteProperty(navigator, "locks"));
  /** The loader of one tab, and what its frame was told about who leads. */
  return () => {
    const told: boolean[] = [];
    const gone = new AbortController();
    onTestFinished(() => gone.abort());
    const { acts } = lend("parley:site_1:", (message: ToFrame) => void (message.type === "lead" && told.push(message.leading)), gone);
    return { told, gone, lead: (leave = false) => acts.lead({ type: "lead", name: "conversation", leave }) };
  };
}

test("the next in the row leads when the first leaves", async () => {
  const tab = shop();
  const [first, second] = [tab(), tab()];
  first.lead();
  second.lead();
  await eventually(() => expect([first.told, second.told]).toEqual([[true], [false]]));
  first.lead(true);
  await eventually(() => expect(second.told).toEqual([false, true]));
});

test("a tab that left while it waited is passed over", async () => {
  const tab = shop();
  const [first, second, third] = [tab(), tab(), tab()];
  for (const { lead } of [first, second, third]) lead();
  await eventually(() => expect(third.told).toEqual([false]));
  second.lead(true);
  first.lead(true);
  await eventually(() => expect(third.told).toEqual([false, true]));
  expect(second.told).toEqual([false]);
});

test("a tab whose chat was shut down gives back what it has, and wants nothing more", async () => {
  const tab = shop();
  const [first, second, third] = [tab(), tab(), tab()];
  for (const { lead } of [first, second, third]) lead();
  await eventually(() => expect(third.told).toEqual([false]));
  second.gone.abort();
  first.gone.abort();
  await eventually(() => expect(third.told).toEqual([false, true]));
  expect(second.told).toEqual([false]);
});

test("a frame that was loaded anew stands in the row again, not behind itself", async () => {
  const { told, lead } = shop()();
  lead();
  await eventually(() => expect(told).toEqual([true]));
  lead();
  await eventually(() => expect(told).toEqual([true, true]));
});
