import { useEffect, useState } from "preact/hooks";

/** Takes files that are dropped anywhere on the frame; tells whether some hover over it. */
export function useDrop(add: (files: File[]) => void): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    // Every element on the way tells of entering and leaving.
    let depth = 0;
    const carries = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const note = (step: number) => (event: DragEvent) => {
      if (!carries(event)) return;
      event.preventDefault();
      depth = Math.max(0, depth + step);
      setOver(depth > 0);
    };
    const drop = (event: DragEvent) => {
      if (!carries(event)) return;
      // Otherwise the browser leaves the page and shows the file.
      event.preventDefault();
      depth = 0;
      setOver(false);
      add([...(event.dataTransfer?.files ?? [])]);
    };
    const acts = { dragenter: note(1), dragleave: note(-1), dragover: note(0), drop };
    for (const [name, act] of Object.entries(acts)) document.addEventListener(name, act as EventListener);
    return () => {
      for (const [name, act] of Object.entries(acts)) document.removeEventListener(name, act as EventListener);
    };
  }, []);
  return over;
}
