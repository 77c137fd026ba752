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

/** Holds what is ticked in a view; `order` gives the ids in sight in their order, for ranges. */
export function useSelection(order: () => readonly string[], view: string): Selection {
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const last = useRef<string | null>(null);
  const ordered = useRef(order);
  ordered.current = order;
  const toggle = useCallback((id: string, range: boolean) => {
    const ids = ordered.current();
    const [a, b] = [ids.indexOf(last.current ?? ""), ids.indexOf(id)];
    const span = range && a >= 0 && b >= 0 ? ids.slice(Math.min(a, b), Math.max(a, b) + 1) : [id];
    setPicked((now) => {
      const next = new Set(now);
      const on = !now.has(id);
      for (const each of span) {
        if (on) next.add(each);
        else next.delete(each);
      }
      return next;
    });
    last.current = id;
  }, []);
  const clear = useCallback(() => setPicked(new Set()), []);
  // What is ticked and out of sight would be closed or archived with the rest.
  useEffect(() => {
    last.current = null;
    setPicked((now) => (now.size === 0 ? now : new Set()));
  }, [view]);
  return useMemo(() => ({ size: picked.size, ids: [...picked], has: (id) => picked.has(id), toggle, clear }), [picked, toggle, clear]);
}
