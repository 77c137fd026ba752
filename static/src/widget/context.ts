import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Dictionary } from "./i18n/en.js";
import type { Store } from "./store.js";

/** The store of this frame. */
export const StoreContext = createContext<Store | null>(null);

/** The store, inside a view. */
export function useStore(): Store {
  const store = useContext(StoreContext);
  if (!store) throw new Error("a view needs a StoreContext");
  return store;
}

/** Says a text in the visitor's language. */
export function useSay(): (key: keyof Dictionary, gaps?: Record<string, string | number>) => string {
  return useStore().words.value.say;
}
