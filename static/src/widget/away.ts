import { useEffect } from "preact/hooks";

/** Ends a popup by Escape, by a click elsewhere, or when the focus moves on. */
export function useAway(place: { current: HTMLElement | null }, open: boolean, end: (focus: boolean) => void): void {
  useEffect(() => {
    const box = place.current;
    if (!open || !box) return;
    const inside = (target: EventTarget | null) => target instanceof Node && box.contains(target);
    const key = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      // Escape closes one thing at a time.
      event.stopImmediatePropagation();
      end(true);
    };
    const press = (event: Event) => inside(event.target) || end(false);
    const focus = (event: FocusEvent) => event.relatedTarget && !inside(event.relatedTarget) && end(false);
    document.addEventListener("keydown", key, true);
    document.addEventListener("pointerdown", press, true);
    box.addEventListener("focusout", focus);
    return () => {
      document.removeEventListener("keydown", key, true);
      document.removeEventListener("pointerdown", press, true);
      box.removeEventListener("focusout", focus);
    };
  }, [open]);
}
