import { useState } from "react";

/** What somebody is changing of a row: its values with the changes over them, and the changes alone. */
export interface Draft<T> {
  value: T;
  changes: Partial<T>;
  dirty: boolean;
  set: (change: Partial<T>) => void;
  /** Lets go of what was saved; what was changed once more while it was on its way stays. */
  settle: (saved: Partial<T>) => void;
  reset: () => void;
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Keeps changes of a row until they are saved; what is changed back counts as unchanged. */
export function useDraft<T extends object>(row: T): Draft<T> {
  const [edits, setEdits] = useState<Partial<T>>({});
  const changed = Object.entries(edits).filter(([name, value]) => !same(value, row[name as keyof T]));
  const changes = Object.fromEntries(changed) as Partial<T>;
  return {
    value: { ...row, ...edits },
    changes,
    dirty: changed.length > 0,
    set: (change) => setEdits((before) => ({ ...before, ...change })),
    settle: (saved) => setEdits((now) => Object.fromEntries(Object.entries(now).filter(([name, value]) => !(name in saved && same(value, saved[name as keyof T])))) as Partial<T>),
    reset: () => setEdits({}),
  };
}
