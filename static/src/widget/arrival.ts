/**
 * The token of the conversation that a link from a letter opens: `#conversation=TOKEN`. It is taken out
 * of the address at once, so that it stays neither in the history nor in what somebody copies. A page
 * around the frame cannot bring one: nobody is to be led into somebody else's conversation unseen.
 */
export function takeConversation(frame: Window = window): string | null {
  if (frame.parent !== frame) return null;
  const token = /^#conversation=([\w-]{64})$/.exec(frame.location.hash)?.[1];
  if (token === undefined) return null;
  frame.history.replaceState(null, "", frame.location.pathname + frame.location.search);
  return token;
}
