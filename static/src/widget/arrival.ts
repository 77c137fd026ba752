const named = /#conversation=([\w-]{64})$/;

/** The token of the conversation that an address names; null where it names none. */
export const conversationIn = (address: string): string | null => named.exec(address)?.[1] ?? null;

/**
 * The token of the conversation that a link from a letter opens: `#conversation=TOKEN`. It is taken out
 * of the address at once, so that it stays neither in the history nor in what somebody copies. A page
 * around the frame cannot bring one: nobody is to be led into somebody else's conversation unseen.
 */
export function takeConversation(frame: Window = window): string | null {
  if (frame.parent !== frame) return null;
  const token = conversationIn(frame.location.hash);
  if (token === null) return null;
  frame.history.replaceState(null, "", frame.location.pathname + frame.location.search);
  return token;
}

/** Follows a click on a notification into the conversation that it is about. The worker is of our own origin, as all who speak this way. */
export function watchNotifications(show: (token: string) => void, page: Window = window): void {
  if (page.parent !== page) return;
  page.navigator.serviceWorker?.addEventListener("message", ({ data }: MessageEvent<{ show?: string } | null>) => {
    const token = conversationIn(String(data?.show));
    if (token !== null) show(token);
  });
}
