import type { ClientFrame, Hello, ServerFrame } from "./wire.js";
import type { SocketLike, Timer, World } from "./world.js";

/** How a socket ended. `welcomed` tells a broken line from a door that never opened. */
export interface SocketEnd {
  code: number;
  welcomed: boolean;
  /** How long the welcome lasted, in milliseconds. */
  lived: number;
}

/** What a socket tells its owner. */
export interface SocketEvents {
  frame(frame: ServerFrame): void;
  /** Told once, whoever ended it; nothing is told afterwards. */
  ended(end: SocketEnd): void;
}

/** The code that stands for an end that the server did not give a reason for. */
export const abnormal = 1006;

const welcomePatience = 10_000;
/** With the longest gap between pings this notices a half-open line within 28 s. */
const pongPatience = 8_000;
const longestPingGap = 20_000;
const probePatience = 4_000;

/** One connection from opening to end: hello, heartbeat, frames, and the one notice of its end. */
export class ChatSocket {
  readonly #world: World;
  readonly #events: SocketEvents;
  readonly #socket: SocketLike;
  #welcomedAt: number | null = null;
  #pingGap = longestPingGap;
  #pingTimer: Timer = null;
  /** Runs out when a sign of life that is due (welcome, pong) does not come. */
  #deadline: Timer = null;
  #over = false;

  private constructor(world: World, socket: SocketLike, hello: Hello, events: SocketEvents) {
    this.#world = world;
    this.#events = events;
    this.#socket = socket;
    socket.onopen = () => socket.send(JSON.stringify(hello));
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = ({ code }) => this.#end(code);
    this.#expectLife(welcomePatience);
  }

  /** Opens a connection, or gives null where the browser has no sockets or forbids them. */
  static open(world: World, open: () => SocketLike | null, hello: Hello, events: SocketEvents): ChatSocket | null {
    try {
      const socket = open();
      return socket && new ChatSocket(world, socket, hello, events);
    } catch {
      return null;
    }
  }

  get live(): boolean {
    return this.#welcomedAt !== null && !this.#over;
  }

  send(frame: ClientFrame): boolean {
    if (!this.live) return false;
    try {
      this.#socket.send(JSON.stringify(frame));
      return true;
    } catch {
      return false;
    }
  }

  /** Asks for a sign of life soon: after sleep or a change of network the line may be dead. */
  probe(): void {
    if (this.live) this.#ping(probePatience);
  }

  close(): void {
    this.#end(abnormal);
  }

  #receive(data: unknown): void {
    const frame = parse(data);
    if (this.#over || frame === null) return;
    this.#clearTimers();
    if (frame.type === "welcome") {
      this.#welcomedAt = this.#world.now();
      this.#pingGap = Math.min(longestPingGap, (frame.heartbeat ?? 25) * 800);
    }
    // Before the welcome only its own deadline counts: an error frame is not a welcome.
    if (this.live) this.#pingTimer = this.#world.setTimeout(() => this.#ping(pongPatience), this.#pingGap);
    else this.#expectLife(welcomePatience);
    this.#events.frame(frame);
  }

  #ping(patience: number): void {
    this.#clearTimers();
    this.send({ type: "ping" });
    this.#expectLife(patience);
  }

  #expectLife(patience: number): void {
    this.#deadline = this.#world.setTimeout(() => this.#end(abnormal), patience);
  }

  #clearTimers(): void {
    this.#world.clearTimeout(this.#pingTimer);
    this.#world.clearTimeout(this.#deadline);
  }

  #end(code: number): void {
    if (this.#over) return;
    this.#over = true;
    this.#clearTimers();
    const socket = this.#socket;
    socket.onopen = socket.onmessage = socket.onclose = null;
    try {
      socket.close();
    } catch {
      // Already closed, or still opening in a browser that minds.
    }
    const since = this.#welcomedAt;
    const lived = since === null ? 0 : this.#world.now() - since;
    this.#events.ended({ code, welcomed: since !== null, lived });
  }
}

function parse(data: unknown): ServerFrame | null {
  try {
    const frame = JSON.parse(String(data)) as ServerFrame | null;
    return typeof frame?.type === "string" ? frame : null;
  } catch {
    return null;
  }
}
