import { useEffect } from "react";
import { Store } from "../live/store.js";

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

/** Takes the answer to the question that stands on the page, if one does. */
export const asking = new Store<((sure: boolean) => void) | null>(null);

/** Asks on the page whether changes may be lost. A question that is asked while another one stands answers that with no. */
export function askToLeave(): Promise<boolean> {
  asking.get()?.(false);
  return new Promise((answer) => {
    const take = (sure: boolean): void => {
      if (asking.get() === take) asking.set(null);
      answer(sure);
    };
    asking.set(take);
  });
}

/** Asks the same, where there are changes, before an act that takes the page away without leaving its address. */
export const mayLose = (): Promise<boolean> => (forms.size === 0 ? Promise.resolve(true) : askToLeave());
