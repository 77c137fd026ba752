import { useEffect } from "react";

let page = "";
let unread = 0;

const write = (): void => {
  const name = page ? `${page} · Parley` : "Parley";
  document.title = unread > 0 ? `(${unread > 99 ? "99+" : unread}) ${name}` : name;
};

/** Puts the number of unread conversations before the page's title. */
export function countInTitle(count: number): void {
  if (count === unread) return;
  unread = count;
  write();
}

/** Gives the browser's tab the page's name. */
export function useTitle(title: string): void {
  useEffect(() => {
    page = title;
    write();
  }, [title]);
}
