import type { SocketLike, TabsPort, World } from "./world.js";

/** The real world: this browser's clock, network, storage, randomness and tabs. Files and uploads are apart: few need them. */
export const browserWorld = (): World => ({
  now: () => Date.now(),
  random: () => Math.random(),
  bytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  setTimeout: (act, ms) => setTimeout(act, ms),
  clearTimeout: (timer) => clearTimeout(timer as number),
  fetch: (url, init) => fetch(url, init),
  openSocket: (url) => (typeof WebSocket === "function" ? (new WebSocket(url) as SocketLike) : null),
  storage: () => localStorage,
  tabs: (name) => browserTabs(`parley:${name}`),
});

/**
 * The tabs of this browser that share its storage: a BroadcastChannel to speak, a Web Lock to lead, which
 * the browser itself frees when a tab closes or crashes. Without either each tab is for itself.
 */
export function browserTabs(name: string): TabsPort | null {
  const { locks } = navigator;
  if (!locks || typeof BroadcastChannel !== "function") return null;
  const channel = new BroadcastChannel(name);
  const leave = new AbortController();
  let release = () => {};
  const port: TabsPort = {
    onNote: null,
    say: (note) => channel.postMessage(note),
    lead: (told) => void stand(told),
    close: () => {
      leave.abort();
      release();
      channel.close();
    },
  };
  channel.onmessage = ({ data }) => port.onNote?.(data);

  const stand = async (told: (leading: boolean) => void): Promise<void> => {
    const hold = () => {
      if (leave.signal.aborted) return;
      told(true);
      return new Promise<void>((resolve) => (release = resolve));
    };
    try {
      const led = await locks.request(name, { ifAvailable: true }, (lock) => (lock ? hold() : "taken"));
      if (led !== "taken" || leave.signal.aborted) return;
      told(false);
      await locks.request(name, { signal: leave.signal }, hold);
    } catch {
      // Closed while it stood, or locks are forbidden here: then this tab leads itself.
      if (!leave.signal.aborted) told(true);
    }
  };
  return port;
}
