import { describe, expect, test } from "vitest";
import { completed, filled, triggerAt, wrapped } from "../../../src/dashboard/conversation/completion.js";
import { rowsOf } from "../../../src/dashboard/conversation/rows.js";
import { extended, joined, type Thread, withMessage } from "../../../src/dashboard/conversation/thread.js";
import { dice, seeds } from "../fake/dice.js";
import { message } from "../fake/rows.js";

type Message = ReturnType<typeof message>;

/** So many messages of a conversation, oldest first, some of them in the same microsecond. */
function history(seed: number, count = 40): Message[] {
  const { int, pick } = dice(seed);
  let at = Date.UTC(2026, 0, 1);
  return Array.from({ length: count }, (_, i) => {
    at += int(4) * int(200_000);
    const sent_by = pick(["contact", "user", "assistant"] as const);
    return message(i + 1, { sent_at: new Date(at).toISOString(), sent_by, internal: sent_by === "user" && int(3) === 0 });
  });
}
const names = ({ messages }: Thread): string[] => messages.map(({ id }) => id);

describe.each(seeds)("a thread, seed %i", (seed) => {
  test("whatever is told twice, late or in between, each message stands once and in its place", () => {
    const { shuffled, int, some } = dice(seed);
    const all = history(seed);
    const known = all.slice(-int(all.length) - 1);
    let thread = joined(undefined, known.toReversed(), all.length);
    for (const one of shuffled([...some(known), ...some(known)])) thread = withMessage(thread, one);
    expect(names(thread)).toEqual(known.map(({ id }) => id));
    expect(thread.total).toBe(all.length);
  });

  test("scrolling up to the first one ends with all of them, however many come meanwhile", () => {
    const { int } = dice(seed);
    const all = history(seed, 90);
    let there = 40;
    // What the server answers, and what the socket tells, come in any order.
    const page = (offset: number) => all.slice(0, there).toReversed().slice(offset, offset + 15);
    let thread = joined(undefined, page(0), there);
    for (let turn = 0; turn < 60 && (thread.messages.length < thread.total || there < all.length); turn++) {
      if (there < all.length && int(2)) thread = withMessage(thread, all[there++] as Message);
      const older = page(thread.messages.length);
      const before = there;
      if (there < all.length && int(2)) thread = withMessage(thread, all[there++] as Message);
      thread = extended(thread, older, before);
      if (there > before) thread = { ...thread, total: Math.max(thread.total, there) };
    }
    expect(names(thread)).toEqual(all.map(({ id }) => id));
  });

  test("reading anew loses nothing that is newer, and leaves no gap where one cannot see that there is one", () => {
    const { int } = dice(seed);
    const all = history(seed);
    const [from, read, heard] = [int(20), 20 + int(10), 30 + int(10)];
    const known = joined(undefined, all.slice(from, read).toReversed(), read);
    const live = all.slice(heard).reduce(withMessage, known);
    const fresh = all.slice(0, heard).slice(-(1 + int(20)));
    const now = joined(live, fresh.toReversed(), heard);
    const first = all.findIndex(({ id }) => id === names(now)[0]);
    expect(names(now), "one stretch up to the newest").toEqual(all.slice(first).map(({ id }) => id));
    expect(now.total).toBeGreaterThanOrEqual(now.messages.length);
  });

  test("a message never goes back on its way", () => {
    const { shuffled } = dice(seed);
    const states = shuffled(["sent", "delivered", "read", "sent", "delivered"] as const);
    const last = states.reduce((thread, status) => withMessage(thread, message(1, { sent_by: "user", status })), joined(undefined, [], 0));
    expect(last.messages.map(({ status }) => status)).toEqual(["read"]);
    expect(withMessage(last, message(1, { sent_by: "user", status: "failed" })).messages[0]?.status, "what failed has failed").toBe("failed");
  });

  test("every message has a row, every day its name once, and what goes on begins and ends", () => {
    const all = history(seed);
    const rows = rowsOf(all);
    expect(rows.flatMap((row) => (row.kind === "message" ? [row.message.id] : []))).toEqual(all.map(({ id }) => id));
    const days = rows.filter(({ kind }) => kind === "day");
    expect(days).toHaveLength(new Set(all.map(({ sent_at }) => new Date(sent_at).toDateString())).size);
    expect(new Set(rows.map(({ key }) => key)).size, "keys").toBe(rows.length);
    let open = false;
    for (const row of rows) {
      if (row.kind === "day") expect(open, "no breath goes over midnight").toBe(false);
      else {
        expect(row.first, row.message.id).toBe(!open);
        open = !row.last;
      }
    }
    expect(open).toBe(false);
  });
});

describe.each(seeds)("what one types, seed %i", (seed) => {
  const words = ["Hallo", "/ship", "@Tom", "a@b.example", "https://x.example/y", "👩‍👩‍👧", "مرحبا", "と", "and/or", "\n", " "];

  test("a trigger is what stands before the caret, and completing it touches nothing else", () => {
    const { int, pick, times } = dice(seed);
    for (let i = 0; i < 200; i++) {
      const text = times(1 + int(6), () => pick(words)).join(pick(["", " "]));
      const caret = int(text.length + 1);
      const found = triggerAt(text, caret, int(2) === 1);
      if (!found) continue;
      expect(text.slice(found.from, found.to)).toBe((found.kind === "canned" ? "/" : "@") + found.word);
      expect(found.to).toBe(caret);
      expect(found.from === 0 || /\s/.test(text[found.from - 1] ?? ""), "at the beginning of a word").toBe(true);
      const by = pick(["Thank you, $& {{name}}!", "@Tom Becker ", ""]);
      const done = completed(text, found, by);
      expect([done.text.slice(0, found.from), done.text.slice(done.caret)]).toEqual([text.slice(0, found.from), text.slice(caret)]);
      expect(done.text.slice(found.from, done.caret)).toBe(by);
    }
  });

  test("a mark that is put on is taken off by the same key, with the same words selected", () => {
    const { int, pick, times } = dice(seed);
    for (let i = 0; i < 200; i++) {
      let state = { text: times(1 + int(4), () => pick(["word", "two words", "مرحبا", "x"])).join(" "), from: 0, to: 0 };
      const [a, b] = [int(state.text.length + 1), int(state.text.length + 1)];
      state = { ...state, from: Math.min(a, b), to: Math.max(a, b) };
      const selected = state.text.slice(state.from, state.to);
      for (const mark of pick([["*"], ["**"], ["*", "**"], ["**", "*"]] as const)) {
        const before = state;
        state = wrapped(state.text, state.from, state.to, mark);
        expect(state.text.length, `${mark} is put on ${before.text}`).toBe(before.text.length + 2 * mark.length);
        expect(wrapped(state.text, state.from, state.to, mark), `and off ${state.text}`).toEqual(before);
        expect(state.text.slice(state.from, state.to)).toBe(selected);
      }
    }
  });
});

test.each([
  ["Amelia Hart", "Hi Amelia!"],
  ["  Amelia", "Hi Amelia!"],
  ["$& $1", "Hi $&!"],
  ["$'", "Hi $'!"],
  ["阿美", "Hi 阿美!"],
  ["visitor@example.com", "Hi visitor@example.com!"],
] as const)("a canned reply calls %j by the name, whatever stands in it", (name, says) => {
  expect(filled("Hi {{name}}!", name)).toBe(says);
});

test("bold and italic words are both, and each is taken off by itself", () => {
  const both = wrapped("**word**", 2, 6, "*");
  expect(both).toEqual({ text: "***word***", from: 3, to: 7 });
  expect(wrapped(both.text, 3, 7, "**").text).toBe("*word*");
  expect(wrapped(both.text, 3, 7, "*").text).toBe("**word**");
});
