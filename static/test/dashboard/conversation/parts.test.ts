import { expect, test } from "vitest";
import { completed, filled, triggerAt, wrapped } from "../../../src/dashboard/conversation/completion.js";
import { keyActs } from "../../../src/dashboard/conversation/Composer.js";
import { rowsOf } from "../../../src/dashboard/conversation/rows.js";
import { extended, joined, withMessage } from "../../../src/dashboard/conversation/thread.js";
import { message } from "../fake/rows.js";

const at = (n: number) => message(n, { sent_at: new Date(Date.UTC(2026, 0, 1, 0, n)).toISOString() });
const numbers = ({ messages }: { messages: { id: string }[] }) => messages.map(({ id: name }) => Number(name.slice(4)));

test("a thread that is read anew keeps what was known before, as long as nothing is missing between", () => {
  const known = joined(undefined, [at(3), at(2), at(1)], 3);
  expect(numbers(known)).toEqual([1, 2, 3]);
  expect(numbers(joined(known, [at(5), at(4), at(3)], 5))).toEqual([1, 2, 3, 4, 5]);
  expect(numbers(joined(known, [at(9), at(8)], 9))).toEqual([8, 9]);
});

test("what the socket told while an answer was on its way stays", () => {
  const known = withMessage(joined(undefined, [at(1)], 1), at(2));
  expect(joined(known, [at(1)], 1)).toMatchObject({ total: 2 });
  expect(numbers(joined(known, [at(1)], 1))).toEqual([1, 2]);
});

test("a message that is known already is changed in its place, and counted once", () => {
  const thread = withMessage(joined(undefined, [at(2), at(1)], 2), { ...at(1), status: "read" });
  expect(thread.total).toBe(2);
  expect(thread.messages[0]?.status).toBe("read");
  expect(numbers(extended(thread, [at(1), at(0)], 3))).toEqual([0, 1, 2]);
});

test("days and people stand between messages where they change", () => {
  const rows = rowsOf([at(1), at(2), { ...at(3), internal: true }, message(4, { sent_at: "2026-01-05T00:00:00.000000Z" })]);
  expect(rows.map((row) => (row.kind === "day" ? "day" : `${row.first ? "[" : ""}${row.message.id.slice(-1)}${row.last ? "]" : ""}`))).toEqual(["day", "[1", "2]", "[3]", "day", "[4]"]);
});

test("/ and @ trigger at the beginning of a word only, and @ in notes only", () => {
  expect(triggerAt("/th", 3, false)).toMatchObject({ kind: "canned", word: "th", from: 0, to: 3 });
  expect(triggerAt("see /", 5, false)?.word).toBe("");
  expect(triggerAt("and/or", 6, false)).toBeNull();
  expect(triggerAt("https://x", 9, true)).toBeNull();
  expect(triggerAt("@to", 3, false)).toBeNull();
  expect(triggerAt("hi @Tom B", 9, true)).toMatchObject({ kind: "mention", word: "Tom B", from: 3 });
  expect(triggerAt("a@b.example", 11, true)).toBeNull();
});

test("a word is completed where it stands, and what is open is filled", () => {
  expect(completed("a /th b", { kind: "canned", word: "th", from: 2, to: 5 }, "Thanks")).toEqual({ text: "a Thanks b", caret: 8 });
  expect(filled("Hi {{name}}, {{ contact.first_name }}!", "Amelia Hart")).toBe("Hi Amelia, Amelia!");
});

test("marks are put around a selection, and taken off again", () => {
  const bold = wrapped("a word b", 2, 6, "**");
  expect(bold.text).toBe("a **word** b");
  expect(wrapped(bold.text, bold.from, bold.to, "**").text).toBe("a word b");
});

test("keys of the field: Enter sends, with Shift it is a line, and an open list comes first", () => {
  const press = (key: string, more: Partial<Parameters<typeof keyActs>[0]> = {}) => keyActs({ key, mod: false, shift: false, open: false, ...more });
  expect([press("Enter"), press("Enter", { shift: true }), press("Enter", { mod: true, shift: true })]).toEqual(["send", null, "send"]);
  expect([press("Enter", { open: true }), press("Tab", { open: true }), press("Tab")]).toEqual(["choose", "choose", null]);
  expect([press("ArrowDown", { open: true }), press("ArrowUp", { open: true }), press("ArrowUp")]).toEqual(["down", "up", null]);
  expect([press("Escape", { open: true }), press("Escape")]).toEqual(["close", "leave"]);
  expect([press("b", { mod: true }), press("I", { mod: true }), press("b")]).toEqual(["bold", "italic", null]);
});
