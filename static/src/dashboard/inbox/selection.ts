import { useCallback, useEffect, useMemo, useRef, useState } from "react";

/** Which conversations are ticked. */
export interface Selection {
  size: number;
  ids: readonly string[];
  has: (id: string) => boolean;
  /** Ticks or unticks one, or with `range` all between it and the last one. */
  toggle: (id: string, range: boolean) => void;
  clear: () => void;
}

/** Holds what is ticked in a view; `between` gives all from one id to another, in the list's order, for ranges. */
export function useSelection(between: (from: string, to: string) => Promise<readonly string[]>, view: string): Selection {
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const last = useRef<string | null>(null);
  // Counts what makes an end of ranges that are still being read: they would tick what nobody sees any more.
  const era = useRef(0);
  const spanning = useRef(between);
  spanning.current = between;
  const toggle = useCallback((id: string, range: boolean) => {
    const tick = (span: readonly string[]): void =>
      setPicked((now) => {
        const next = new Set(now);
        const on = !now.has(id);
        for (const each of span) {
          if (on) next.add(each);
          else next.delete(each);
        }
        return next;
      });
    const from = last.current;
    last.current = id;
    if (!range || from === null) return tick([id]);
    const asked = era.current;
    void spanning.current(from, id).then((span) => asked === era.current && tick(span));
  }, []);
  const clear = useCallback(() => {
    era.current++;
    setPicked(new Set());
  }, []);
  // What is ticked and out of sight would be closed or archived with the rest.
  useEffect(() => {
    last.current = null;
    era.current++;
    setPicked((now) => (now.size === 0 ? now : new Set()));
  }, [view]);
  return useMemo(() => ({ size: picked.size, ids: [...picked], has: (id) => picked.has(id), toggle, clear }), [picked, toggle, clear]);
}
