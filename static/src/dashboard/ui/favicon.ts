const picture = (dot: boolean): string =>
  `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none"><path d="M3 9.5A6.5 6.5 0 0 1 9.5 3h5A6.5 6.5 0 0 1 21 9.5v1a6.5 6.5 0 0 1-6.5 6.5H11l-4.4 3.7A1 1 0 0 1 5 20v-3.9A6.5 6.5 0 0 1 3 10.6z" fill="#0a6a57"/><path d="M8 8.75h8M8 12h5" stroke="#fff" stroke-width="1.8" stroke-linecap="round"/>${dot ? '<circle cx="19" cy="5" r="5" fill="#e5484d" stroke="#fff" stroke-width="1.5"/>' : ""}</svg>`,
  )}`;

/** Puts the sign into the browser's tab, with a dot while something waits. */
export function showUnread(waiting: boolean): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (link) link.href = picture(waiting);
}
