import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Gaps } from "./i18n/index.js";
import type { Key } from "./i18n/en.js";
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
export function useSay(): (key: Key, gaps?: Gaps) => string {
  return useStore().words.value.say;
}

/** Whether somebody is there: the latest word counts. */
export function useOnline(): boolean {
  const { snapshot, config } = useStore();
  return snapshot.value.online ?? config.value?.online ?? false;
}
