import { useEffect } from "react";

const forms = new Set<object>();

/** Counts a form among those with changes for as long as it has some. */
export function useUnsaved(dirty: boolean): void {
  useEffect(() => {
    if (!dirty) return undefined;
    const form = {};
    forms.add(form);
    return () => void forms.delete(form);
  }, [dirty]);
}

/** Asks whether changes may be lost, where there are any, before an act that takes the page away without leaving its address. */
export const mayLose = (question: string): boolean => forms.size === 0 || window.confirm(question);
