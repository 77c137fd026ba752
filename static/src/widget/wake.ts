import type { Store } from "./store.js";

/** Tells the store when the page is seen, wakes up or gets its network back. */
export function watchPage(store: Store, page: Window = window): void {
  const { document } = page;
  const look = () => {
    store.shown.value = document.visibilityState === "visible";
    store.watch();
    if (store.shown.value) store.client.wake();
  };
  const network = () => {
    store.onLine.value = page.navigator.onLine;
    store.client.wake();
  };
  document.addEventListener("visibilitychange", look);
  page.addEventListener("pageshow", look);
  page.addEventListener("online", network);
  page.addEventListener("offline", network);
  // Another tab of the same visitor wrote: it may have begun the conversation.
  page.addEventListener("storage", () => store.client.stored());
}
