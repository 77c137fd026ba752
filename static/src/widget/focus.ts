import { useEffect } from "preact/hooks";
import { useStore } from "./context.js";

/** Puts the focus where a reader begins after a move: on the heading, or back on what led away. */
export function useHeadingFocus(heading: { current: HTMLElement | null }, also?: unknown): void {
  const { route, open, embedded } = useStore();
  const focus = open.value && embedded;
  useEffect(() => {
    // A closed panel must not take the focus from the page.
    if (!open.value || (!focus && route.moves.value === 0)) return;
    const lead = route.lead && document.querySelector<HTMLElement>(`[data-lead="${CSS.escape(route.lead)}"]`);
    (lead || heading.current)?.focus({ preventScroll: !lead });
  }, [focus, also]);
}
