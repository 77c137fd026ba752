import type { FilesPort } from "./files.js";

/** Everything the client core needs of its surroundings, so that tests can be the world. */
export interface World {
  /** Milliseconds since the epoch. */
  now(): number;
  /** A number in [0, 1). */
  random(): number;
  /** `count` unpredictable bytes. */
  bytes(count: number): Uint8Array;
  setTimeout(act: () => void, ms: number): Timer;
  clearTimeout(timer: Timer): void;
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Like `fetch`, and tells meanwhile which share of the body, from 0 to 1, has gone out; absent where that cannot be had. */
  upload?(url: string, init: RequestInit, sent: (share: number) => void): Promise<Response>;
  /** Opens a socket, or null where the browser has none. May throw. */
  openSocket(url: string): SocketLike | null;
  /** Gives the durable storage. May throw where the browser forbids it. */
  storage(): StorageLike;
  /** Where the files of a site's unsent messages outlive a reload; absent where they do not. */
  files?(site: string): FilesPort;
  /** The other tabs that share this storage, or null where they cannot find each other. */
  tabs?(name: string): TabsPort | null;
}

/** A way to the other tabs of the same visitor. What is said is heard by all of them but this one. */
export interface TabsPort {
  say(note: unknown): void;
  onNote: ((note: unknown) => void) | null;
  /**
   * Stands for leader: tells `false` at once if another tab leads, and `true` as soon as this one does,
   * which ends when the tab closes, crashes or calls `close`.
   */
  lead(told: (leading: boolean) => void): void;
  close(): void;
}

/** A timer's handle; only the world that made it can read it. */
export type Timer = unknown;

/** The part of a WebSocket that the client uses. */
export interface SocketLike {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  onerror: (() => void) | null;
  send(text: string): void;
  close(): void;
}

/** The part of localStorage that the client uses. */
export type StorageLike = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;
