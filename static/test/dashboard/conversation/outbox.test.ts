import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "../../../src/dashboard/api/errors.js";
import { Outbox, type Outgoing } from "../../../src/dashboard/conversation/outbox.js";
import { message } from "../fake/rows.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const written = (content: string, conversation = "conv_1") => ({ conversation, content, internal: false, attachments: [] });
const failure = (code: number, more: { kind?: string; retryAfter?: number } = {}) => new ApiError({ code, kind: more.kind ?? "x", message: "No", retryAfter: more.retryAfter ?? null });

/** An outbox whose posts end as the test says: an error of `outcomes`, or well. */
function setup(...outcomes: (ApiError | null)[]) {
  const posted: Outgoing[] = [];
  const sent: string[] = [];
  const make = (scope = "me") =>
    new Outbox({
      scope,
      post: async (entry) => {
        posted.push(entry);
        const outcome = outcomes.shift();
        if (outcome) throw outcome;
        return message(1, { content: entry.content });
      },
      sent: ({ content }) => void sent.push(content),
      say: ({ message: said }) => said,
      sayOld: () => "Old",
    });
  return { make, posted, sent, states: (box: Outbox) => box.entries.get().map(({ content, state }) => `${content} ${state}`) };
}

test("of one conversation one goes after the other, in the order of writing", async () => {
  const { make, sent } = setup();
  const box = make();
  for (const text of ["one", "two", "three"]) box.send(written(text));
  await vi.runAllTimersAsync();
  expect(sent).toEqual(["one", "two", "three"]);
  expect(box.entries.get()).toEqual([]);
});

test("what waits holds back what follows it, and all goes under its own key when the line is back", async () => {
  const { make, posted, sent, states } = setup(failure(0));
  const box = make();
  box.send(written("one"));
  box.send(written("two"));
  await vi.advanceTimersByTimeAsync(0);
  expect(states(box)).toEqual(["one waiting", "two sending"]);
  box.flush();
  await vi.runAllTimersAsync();
  expect(sent).toEqual(["one", "two"]);
  expect(posted.map(({ key }) => key)).toEqual([posted[0]?.key, posted[0]?.key, posted[2]?.key]);
  expect(posted[0]?.key).not.toBe(posted[2]?.key);
});

test("it tries again by itself, and after a limit not before its time", async () => {
  const { make, posted } = setup(failure(429, { retryAfter: 30 }), failure(503));
  const box = make();
  box.send(written("one"));
  await vi.advanceTimersByTimeAsync(29_000);
  expect(posted).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(posted).toHaveLength(3);
  expect(box.entries.get()).toEqual([]);
});

test("what is refused stays for the person, and does not hold back what follows", async () => {
  const { make, sent, states } = setup(failure(400));
  const box = make();
  box.send(written("bad"));
  box.send(written("good"));
  await vi.runAllTimersAsync();
  expect(sent).toEqual(["good"]);
  expect(states(box)).toEqual(["bad refused"]);
  const key = box.entries.get()[0]?.key ?? "";
  expect(box.discard(key)?.content).toBe("bad");
  expect(localStorage.length).toBe(0);
});

test("a refused one can be tried again", async () => {
  const { make, sent } = setup(failure(400));
  const box = make();
  box.send(written("one"));
  await vi.runAllTimersAsync();
  box.retry(box.entries.get()[0]?.key ?? "");
  await vi.runAllTimersAsync();
  expect(sent).toEqual(["one"]);
});

test("what a closed tab left is sent by the next one, and nobody else's is", async () => {
  const { make, posted, sent } = setup(failure(0));
  const box = make();
  box.send(written("left behind"));
  await vi.advanceTimersByTimeAsync(0);
  box.close();
  expect(make("somebody else").entries.get()).toEqual([]);
  const next = make();
  next.flush();
  await vi.runAllTimersAsync();
  expect(sent).toEqual(["left behind"]);
  expect(posted[1]?.key).toBe(posted[0]?.key);
});

test("storage that is full keeps nobody from writing", async () => {
  const { make, sent } = setup();
  const full = vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new Error("full");
  });
  make().send(written("one"));
  await vi.runAllTimersAsync();
  full.mockRestore();
  expect(sent).toEqual(["one"]);
});

const tomorrow = 24 * 3_600_000;

test("what lay here longer than the server knows its key is for the person to decide", async () => {
  const { make, posted, sent, states } = setup(failure(0), null);
  make().send(written("Friday"));
  await vi.advanceTimersByTimeAsync(0);
  vi.clearAllTimers();
  vi.setSystemTime(Date.now() + 3 * tomorrow);
  const monday = make();
  monday.flush();
  await vi.advanceTimersByTimeAsync(0);
  expect(states(monday)).toEqual(["Friday refused"]);
  expect(posted).toHaveLength(1);
  monday.retry(monday.entries.get()[0]?.key ?? "");
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toEqual(["Friday"]);
});

test("a desk that slept over the weekend does not send by itself, either", async () => {
  const { make, posted, states } = setup(failure(0));
  const box = make();
  box.send(written("Friday"));
  await vi.advanceTimersByTimeAsync(0);
  vi.setSystemTime(Date.now() + 3 * tomorrow);
  box.flush();
  await vi.advanceTimersByTimeAsync(0);
  expect(states(box)).toEqual(["Friday refused"]);
  expect(posted).toHaveLength(1);
});

test("a closed outbox sends nothing more, whatever its last post came to; the next one of the same person does", async () => {
  const { make, posted } = setup(failure(401));
  const box = make();
  box.send(written("one"));
  box.send(written("two"));
  box.close();
  await vi.runAllTimersAsync();
  box.flush();
  await vi.runAllTimersAsync();
  expect(posted.map(({ content }) => content)).toEqual(["one"]);
  make().flush();
  await vi.runAllTimersAsync();
  expect(posted.map(({ content }) => content)).toEqual(["one", "one", "two"]);
});
