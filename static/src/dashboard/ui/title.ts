import { useEffect, useSyncExternalStore } from "react";

let page = "";
let unread = 0;
const listeners = new Set<() => void>();

const write = (): void => {
  const name = page ? `${page} · Parley` : "Parley";
  document.title = unread > 0 ? `(${unread > 99 ? "99+" : unread}) ${name}` : name;
};

/** Puts the number of unread conversations before the page's title. */
export function countInTitle(count: number): void {
  if (count === unread) return;
  unread = count;
  write();
  for (const tell of listeners) tell();
}

/** Gives the browser's tab the page's name. */
export function useTitle(title: string): void {
  useEffect(() => {
    page = title;
    write();
  }, [title]);
}

/** How many conversations of one's own are unread, as the title says it. */
export const useTitleCount = (): number =>
  useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => unread,
  );
