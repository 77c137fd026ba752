import { type KeyboardEvent, useId, useState } from "react";

/**
 * Walking through a list by the arrows, round both ends, while the focus stays in the field above it. The
 * list has the id `list`, its lines `lineId(0)` and so on; `first` is where one stands before, -1 nowhere.
 */
export function useWalk(count: number, first: -1 | 0) {
  const list = useId();
  const [chosen, setActive] = useState<number>(first);
  // What is listed may become less under who has gone down in it.
  const active = Math.max(first, Math.min(chosen, count - 1));
  const lineId = (i: number): string => `${list}-${i}`;
  /** Takes the key if it is an arrow. */
  const walk = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    if (count === 0) return;
    const next = active < 0 && step < 0 ? count - 1 : (active + step + count) % count;
    setActive(next);
    document.getElementById(lineId(next))?.scrollIntoView({ block: "nearest" });
  };
  return { list, active, setActive, begin: () => setActive(first), lineId, walk };
}
