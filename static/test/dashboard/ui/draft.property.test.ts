import { act, renderHook } from "@testing-library/react";
import { expect, test } from "vitest";
import { useDraft } from "../../../src/dashboard/ui/draft.js";
import { seeded } from "../../fake/random.js";

interface Row {
  name: string;
  tags: string[];
  theme: { color: string; side?: string };
}
const first: Row = { name: "a", tags: ["x"], theme: { color: "red" } };

/** A draft of a row on a server that answers when it wants. */
function setup(row = first) {
  const { result, rerender } = renderHook((props: { row: Row }) => useDraft(props.row), { initialProps: { row } });
  return { draft: () => result.current, store: (next: Row) => rerender({ row: next }) };
}

test("what was saved is let go of, what was changed once more is not", () => {
  const { draft, store } = setup();
  act(() => draft().set({ name: "b", tags: ["x", "y"] }));
  const sent = draft().changes;
  act(() => draft().set({ name: "bc" }));
  store({ ...first, ...sent });
  act(() => draft().settle(sent));
  expect(draft()).toMatchObject({ dirty: true, changes: { name: "bc" }, value: { name: "bc", tags: ["x", "y"] } });
});

test("a value that the server stored in its own spelling is shown as it is stored", () => {
  const { draft, store } = setup();
  act(() => draft().set({ name: "  b " }));
  const sent = draft().changes;
  store({ ...first, name: "b" });
  act(() => draft().settle(sent));
  expect(draft()).toMatchObject({ dirty: false, value: { name: "b" } });
});

test("a change that was taken back while it was saved is a change again", () => {
  const { draft, store } = setup();
  act(() => draft().set({ name: "b" }));
  const sent = draft().changes;
  act(() => draft().set({ name: "a" }));
  expect(draft().dirty).toBe(false);
  store({ ...first, ...sent });
  act(() => draft().settle(sent));
  expect(draft()).toMatchObject({ dirty: true, changes: { name: "a" } });
});

test("what others do to the row is seen where nobody writes, and does not touch what is written", () => {
  const { draft, store } = setup();
  act(() => draft().set({ theme: { color: "blue" } }));
  store({ name: "theirs", tags: [], theme: { color: "green" } });
  expect(draft().value).toEqual({ name: "theirs", tags: [], theme: { color: "blue" } });
  expect(draft().changes).toEqual({ theme: { color: "blue" } });
  act(() => draft().reset());
  expect(draft()).toMatchObject({ dirty: false, value: { theme: { color: "green" } } });
});

test("whatever is typed, saved, answered and refused in whatever order: in the end the server has what is on the screen", () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = seeded(seed);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    let server = first;
    let sent: Partial<Row> | null = null;
    const { draft, store } = setup();
    const steps: string[] = [];
    const answer = (good: boolean): void => {
      if (!sent) return;
      const given = sent;
      sent = null;
      if (!good) return;
      server = { ...server, ...given };
      store(server);
      act(() => draft().settle(given));
    };
    const moves = {
      type: () => act(() => draft().set(pick([{ name: pick(["a", "b", "c"]) }, { tags: pick([["x"], [], ["x", "y"]]) }, { theme: { color: pick(["red", "blue"]) } }]))),
      save: () => void (sent ??= draft().dirty ? draft().changes : null),
      accept: () => answer(true),
      refuse: () => answer(false),
    };
    for (let n = 0; n < 30; n++) {
      const move = pick(["type", "type", "save", "accept", "refuse"] as const);
      const seen = draft().value;
      steps.push(move);
      moves[move]();
      // An answer never changes what is on the screen.
      if (move === "accept" || move === "refuse") expect(draft().value, `seed ${seed}: ${steps.join(" ")}`).toEqual(seen);
    }
    answer(true);
    moves.save();
    answer(true);
    expect(draft().dirty, `seed ${seed}`).toBe(false);
    expect(server, `seed ${seed}`).toEqual(draft().value);
  }
});
