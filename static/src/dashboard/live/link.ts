import { fullJitter } from "../../shared/backoff.js";
import { type EventFrame, type Frame, isEvent } from "./frames.js";

/** How the line to the server stands. */
export type LinkState = "connecting" | "live" | "lost";

/** What the line tells its owner. */
export interface LinkEvents {
  state(state: LinkState): void;
  event(event: EventFrame): void;
  frame(frame: Frame): void;
  /** What was kept may be old: the log does not reach back to where we were. */
  resync(): void;
  /** The session is over, or may not read: there is no point in trying again. */
  refused(): void;
}

const longestWait = 15_000;
const patience = 8_000;
const sleep = 40_000;
const hopeless = new Set([4401, 4403]);

/**
 * The team's socket for as long as the desk is open. It remembers the place in the log up to which it has
 * heard everything, and asks for what followed whenever it comes back, so that nothing is missed or told
 * twice; after sleep, or when the network returns, it does not wait for its next try.
 */
export class Link {
  readonly #address: string;
  readonly #events: LinkEvents;
  #socket: WebSocket | null = null;
  #pos: number | null = null;
  #attempt = 0;
  #heartbeat = 20_000;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wait: ReturnType<typeof setTimeout> | undefined;
  #awake = Date.now();
  #welcomed = false;
  #closed = false;

  constructor(address: string, events: LinkEvents) {
    this.#address = address;
    this.#events = events;
  }

  open(): void {
    this.#closed = false;
    globalThis.addEventListener?.("online", this.#hurry);
    globalThis.addEventListener?.("offline", this.#cut);
    globalThis.document?.addEventListener("visibilitychange", this.#wake);
    this.#connect();
  }

  close(): void {
    this.#closed = true;
    globalThis.removeEventListener?.("online", this.#hurry);
    globalThis.removeEventListener?.("offline", this.#cut);
    globalThis.document?.removeEventListener("visibilitychange", this.#wake);
    clearTimeout(this.#wait);
    this.#drop();
  }

  /** Sends a frame, if the line stands; what may get lost without harm is all that goes this way. */
  send(frame: Record<string, unknown>): boolean {
    if (!this.#welcomed || this.#socket?.readyState !== 1) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  #connect(): void {
    clearTimeout(this.#wait);
    this.#events.state("connecting");
    const socket = new WebSocket(this.#address);
    this.#socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ type: "hello", ...(this.#pos === null ? {} : { after: this.#pos }) }));
    socket.onmessage = ({ data }) => this.#receive(String(data));
    socket.onclose = ({ code }) => this.#ended(code);
    this.#expect(patience);
  }

  #receive(text: string): void {
    this.#awake = Date.now();
    const frame = JSON.parse(text) as Frame | EventFrame;
    clearTimeout(this.#timer);
    if (isEvent(frame)) {
      if (this.#pos !== null && frame.pos <= this.#pos) return;
      this.#pos = frame.pos;
      this.#events.event(frame);
    } else if (frame.type === "welcome") {
      this.#welcome(frame.pos, frame.heartbeat ?? 25);
    } else if (frame.type === "resync") {
      this.#pos = frame.pos;
      this.#events.resync();
    } else if (frame.type === "bye") {
      this.#retry(frame.reconnect_in);
      return;
    } else {
      this.#events.frame(frame);
    }
    if (this.#welcomed) this.#timer = setTimeout(this.#ping, this.#heartbeat);
  }

  #welcome(pos: number, heartbeat: number): void {
    this.#welcomed = true;
    this.#attempt = 0;
    this.#heartbeat = heartbeat * 800;
    // What followed our own place is still to come, event by event; only at the first time it is the newest.
    this.#pos ??= pos;
    this.#events.state("live");
  }

  readonly #ping = (): void => {
    this.send({ type: "ping" });
    this.#expect(patience);
  };

  #expect(within: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ended(1006), within);
  }

  #ended(code: number): void {
    if (this.#closed) return;
    if (hopeless.has(code)) {
      this.close();
      this.#events.state("lost");
      this.#events.refused();
      return;
    }
    this.#retry(fullJitter(this.#attempt++, Math.random, longestWait));
  }

  #retry(after: number): void {
    this.#drop();
    this.#events.state("lost");
    clearTimeout(this.#wait);
    this.#wait = setTimeout(() => this.#connect(), after);
  }

  #drop(): void {
    clearTimeout(this.#timer);
    this.#welcomed = false;
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  readonly #hurry = (): void => {
    if (!this.#closed && !this.#welcomed) {
      this.#drop();
      this.#connect();
    }
  };

  /** The browser says that there is no network: the line is dead, whatever the socket believes. */
  readonly #cut = (): void => {
    if (!this.#closed) this.#retry(longestWait);
  };

  /** Back in sight: after a sleep the line may be dead without knowing. */
  readonly #wake = (): void => {
    if (document.hidden || this.#closed) return;
    if (!this.#welcomed) this.#hurry();
    else if (Date.now() - this.#awake > sleep) this.#ping();
  };
}
