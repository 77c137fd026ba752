import { fullJitter, longestWait } from "./backoff.js";
import { verdictOf } from "./closecodes.js";
import { type Ask, Poller } from "./poller.js";
import { ChatSocket, type SocketEnd } from "./socket.js";
import type { ClientFrame, Hello, ServerFrame } from "./wire.js";
import type { SocketLike, Timer, World } from "./world.js";

/** How the client hears of news: over a socket, by asking, on its way to either, or not at all. */
export type LinkState = "idle" | "connecting" | "live" | "polling" | "down";

/** What a link needs and tells. */
export interface LinkEvents {
  /** Opens a socket, or gives null where there are none. May throw. */
  open(): SocketLike | null;
  hello(): Hello;
  frame(frame: ServerFrame): void;
  ask: Ask;
  changed(): void;
  /** The end of the road: the key is wrong, or the conversation is not there. */
  lost(why: "refused" | "gone"): void;
}

/** So many sockets in a row that never were welcomed, and messages are asked for as well. */
const patience = 2;
/** A welcome that lasted this long, in milliseconds, makes the next backoff start anew. */
const stable = 5_000;
const overLimitWait = 30_000;
const pollingSocketWait = 60_000;

/**
 * Keeps the visitor connected. A socket is always wanted; while none can be had, a poller does its
 * work beside the attempts, so that the way back needs nothing but a welcome.
 */
export class Link {
  readonly #world: World;
  readonly #events: LinkEvents;
  readonly #poller: Poller;
  #socket: ChatSocket | null = null;
  #timer: Timer = null;
  #running = false;
  #socketsForbidden = false;
  #attempt = 0;
  #unwelcome = 0;
  /** Not before this moment, because the server asked so. */
  #notBefore = 0;

  constructor(world: World, events: LinkEvents) {
    this.#world = world;
    this.#events = events;
    this.#poller = new Poller(world, events.ask, events.changed);
  }

  get state(): LinkState {
    if (!this.#running) return "idle";
    if (this.#socket?.live) return "live";
    if (this.#poller.reached) return "polling";
    return this.#attempt === 0 && this.#unwelcome === 0 && !this.#socketsForbidden ? "connecting" : "down";
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#attempt = this.#unwelcome = this.#notBefore = 0;
    this.#socketsForbidden = false;
    this.#connect();
  }

  stop(): void {
    this.#running = false;
    this.#world.clearTimeout(this.#timer);
    this.#poller.stop();
    this.#socket?.close();
    this.#socket = null;
  }

  send(frame: ClientFrame): boolean {
    return this.#socket?.send(frame) ?? false;
  }

  /** The page is awake, shown or online again: whatever was believed of the line may be wrong. */
  wake(): void {
    if (!this.#running) return;
    this.#poller.now();
    if (this.#socket?.live) this.#socket.probe();
    else if (!this.#socket && this.#world.now() >= this.#notBefore) this.#connect();
  }

  /** Asks for what is new at once, where asking is how news come. */
  refresh(): void {
    this.#poller.now();
  }

  set hidden(hidden: boolean) {
    this.#poller.hidden = hidden;
  }

  /** Something is missing: begins again from the cursor. */
  resync(): void {
    this.#socket?.close();
  }

  #connect(): void {
    this.#world.clearTimeout(this.#timer);
    if (!this.#running || this.#socketsForbidden) return;
    const { open, hello } = this.#events;
    let socket: ChatSocket | null = null;
    socket = ChatSocket.open(this.#world, open, hello(), {
      frame: (frame) => this.#receive(frame),
      ended: (end) => this.#ended(socket, end),
    });
    this.#socket = socket;
    if (socket === null) this.#forbidSockets();
    this.#events.changed();
  }

  #receive(frame: ServerFrame): void {
    if (frame.type === "welcome") {
      this.#unwelcome = 0;
      this.#poller.stop();
    }
    if (frame.type === "bye") this.#depart(frame.reconnect_in);
    this.#events.frame(frame);
  }

  /** The server will close: a new socket is opened when it asked for it, even if that is later. */
  #depart(wait: number): void {
    this.#notBefore = this.#world.now() + wait;
    this.#later(wait, () => this.#socket?.close());
  }

  #ended(socket: ChatSocket | null, end: SocketEnd): void {
    if (socket !== this.#socket) return;
    this.#socket = null;
    if (!this.#running) return;
    if (end.lived >= stable) this.#attempt = 0;
    this.#unwelcome = end.welcomed ? 0 : this.#unwelcome + 1;
    this.#decide(end.code);
    this.#events.changed();
  }

  #decide(code: number): void {
    const verdict = verdictOf(code);
    if (verdict === "refused" || verdict === "gone") {
      this.stop();
      this.#events.lost(verdict);
    } else if (verdict === "poll") {
      this.#forbidSockets();
    } else {
      this.#reconnect(verdict === "wait");
    }
  }

  #reconnect(overLimit: boolean): void {
    if (overLimit || this.#unwelcome >= patience) this.#poller.start();
    const now = this.#world.now();
    if (overLimit) this.#notBefore = now + overLimitWait * (1 + this.#world.random());
    const cap = this.#poller.reached ? pollingSocketWait : longestWait;
    const pause = fullJitter(this.#attempt++, this.#world.random, cap);
    this.#later(Math.max(pause, this.#notBefore - now), () => this.#connect());
  }

  #forbidSockets(): void {
    this.#socketsForbidden = true;
    this.#poller.start();
  }

  #later(ms: number, act: () => void): void {
    this.#world.clearTimeout(this.#timer);
    this.#timer = this.#world.setTimeout(act, ms);
  }
}
