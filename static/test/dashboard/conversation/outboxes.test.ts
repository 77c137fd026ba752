import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ApiError } from "../../../src/dashboard/api/errors.js";
import { Outbox, type Outgoing } from "../../../src/dashboard/conversation/outbox.js";
import { dice, seeds } from "../fake/dice.js";
import { message } from "../fake/rows.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const written = (content: string, conversation = "conv_1", internal = false) => ({ conversation, content, internal, attachments: [] });
const failure = (code: number, kind = "x", details: Record<string, unknown> = {}, retryAfter: number | null = null) => new ApiError({ code, kind, message: `${code}`, details, retryAfter });
const busyKey = () => failure(409, "conflict", { field: "Idempotency-Key" });

/** A server that knows keys, and outboxes that write to it; `answers` decides what each try comes to. */
function world(answers: (entry: Outgoing) => ApiError | "lost" | null) {
  const arrived: Outgoing[] = [];
  const make = (scope = "me") =>
    new Outbox({
      scope,
      post: async (entry) => {
        const answer = answers(entry);
        if (answer instanceof ApiError) throw answer;
        if (!arrived.some(({ key }) => key === entry.key)) arrived.push(entry);
        // It is there, and only the answer is lost.
        if (answer === "lost") throw failure(0);
        return message(1, { content: entry.content });
      },
      sent: () => undefined,
      say: (error) => error.message,
      sayOld: () => "old",
    });
  return { make, arrived };
}

describe.each(seeds)("whatever the line does, seed %i", (seed) => {
  test("each word arrives once, in its conversation's order, over as many tabs as come and go", async () => {
    const { int, pick } = dice(seed);
    let calm = false;
    const { make, arrived } = world(() => (calm ? null : pick([null, null, "lost", failure(0), failure(503), failure(429, "x", {}, 1 + int(9)), busyKey(), failure(401)])));
    let box = make();
    const order: Record<string, string[]> = { conv_1: [], conv_2: [], conv_3: [] };
    for (let i = 0; i < 30; i++) {
      const of = pick(Object.keys(order));
      const content = `${of} ${i}`;
      order[of]?.push(content);
      box.send(written(content, of));
      await vi.advanceTimersByTimeAsync(1 + int(4_000));
      if (int(6) === 0) {
        box.close();
        box = make();
        box.flush();
      } else if (int(5) === 0) box.flush();
    }
    calm = true;
    box.flush();
    await vi.runAllTimersAsync();
    expect(box.entries.get()).toEqual([]);
    expect(localStorage.length).toBe(0);
    for (const [of, contents] of Object.entries(order)) expect(arrived.filter(({ conversation }) => conversation === of).map(({ content }) => content)).toEqual(contents);
  });

  test("what is refused stays, word for word, and takes nothing else with it", async () => {
    const { int } = dice(seed);
    const bad = new Set<string>();
    const { make, arrived } = world(({ content }) => (bad.has(content) ? failure([400, 403, 404, 413, 422][int(5)] ?? 400) : null));
    const box = make();
    const all = Array.from({ length: 20 }, (_, i) => `word ${i}`);
    for (const content of all) {
      if (int(3) === 0) bad.add(content);
      box.send(written(content));
    }
    await vi.runAllTimersAsync();
    expect(arrived.map(({ content }) => content)).toEqual(all.filter((content) => !bad.has(content)));
    expect(box.entries.get().map(({ content, state }) => `${content} ${state}`)).toEqual([...bad].map((content) => `${content} refused`));
    expect(make().entries.get(), "and over a reload").toEqual(box.entries.get());
  });
});

test("one broken thing in the storage hides nothing else that was written", async () => {
  const { make } = world(() => failure(0));
  for (const [i, text] of ["{", "null", "7", '"x"', '{"key":"k"}'].entries()) localStorage.setItem(`parley.outbox.me.${i}`, text);
  make().send(written("kept"));
  await vi.advanceTimersByTimeAsync(0);
  expect(make().entries.get().map(({ content }) => content)).toEqual(["kept"]);
});

test("an account whose id begins as another's is not sent for it", async () => {
  const { make } = world(() => failure(0));
  make("org_1.usr_1").send(written("mine"));
  await vi.advanceTimersByTimeAsync(0);
  expect(make("org_1.usr_10").entries.get()).toEqual([]);
  expect(make("org_1.test.usr_1").entries.get(), "nor in the sandbox").toEqual([]);
});

test.each([
  ["a blocked contact", failure(409, "conflict")],
  ["a key that was used for something else", failure(422, "unprocessable", { field: "Idempotency-Key" })],
])("%s is told, not waited for", async (_, error) => {
  const { make } = world(() => error);
  const box = make();
  box.send(written("one"));
  await vi.advanceTimersByTimeAsync(600_000);
  expect(box.entries.get().map(({ state }) => state)).toEqual(["refused"]);
});

test("what is taken back while it is on its way is not put back by its failure", async () => {
  let fail: (error: ApiError) => void = () => undefined;
  const box = new Outbox({ scope: "me", post: () => new Promise((_, reject) => (fail = reject)), sent: () => undefined, say: () => "", sayOld: () => "" });
  box.send(written("one"));
  await vi.advanceTimersByTimeAsync(0);
  expect(box.discard(box.entries.get()[0]?.key ?? "")?.content).toBe("one");
  fail(failure(503));
  await vi.runAllTimersAsync();
  expect([box.entries.get(), localStorage.length]).toEqual([[], 0]);
});

test("the waits grow, but never beyond twenty seconds, and begin anew after a success", async () => {
  vi.spyOn(Math, "random").mockReturnValue(1);
  const at: number[] = [];
  let down = true;
  const { make } = world(() => (at.push(Date.now()), down ? failure(503) : null));
  const box = make();
  box.send(written("one"));
  await vi.advanceTimersByTimeAsync(120_000);
  const gaps = at.slice(1).map((time, i) => time - (at[i] ?? 0));
  expect(gaps).toEqual(gaps.toSorted((a, b) => a - b));
  expect(Math.max(...gaps)).toBe(20_000);
  down = false;
  await vi.advanceTimersByTimeAsync(20_000);
  down = true;
  at.length = 0;
  box.send(written("two"));
  await vi.advanceTimersByTimeAsync(1_000);
  expect((at[1] ?? Infinity) - (at[0] ?? 0)).toBeLessThanOrEqual(1_000);
  box.close();
  vi.restoreAllMocks();
});
