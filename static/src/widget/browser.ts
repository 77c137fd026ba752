import type { SocketLike, World } from "../shared/world.js";

/** The real world: this browser's clock, network, storage and randomness. */
export const browserWorld = (): World => ({
  now: () => Date.now(),
  random: () => Math.random(),
  bytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  setTimeout: (act, ms) => setTimeout(act, ms),
  clearTimeout: (timer) => clearTimeout(timer as number),
  fetch: (url, init) => fetch(url, init),
  openSocket: (url) => (typeof WebSocket === "function" ? (new WebSocket(url) as SocketLike) : null),
  storage: () => localStorage,
});
