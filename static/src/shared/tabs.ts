import { newClientId } from "./token.js";
import type { ClientFrame, Message, ServerFrame } from "./wire.js";
import type { SocketLike, TabsPort, Timer, World } from "./world.js";

/** What a tab that leads can do for the others. */
export interface TabsSource {
  /** What the server would say to a hello, or null while nothing is known of the server. */
  welcome(): ServerFrame | null;
  messages(): readonly Message[];
  /** Answers on their way, each as one delta. */
  streaming(): readonly ServerFrame[];
  /** Sends over the one socket; false where there is none. */
  send(frame: ClientFrame): boolean;
  /** Asks the server at once, where asking is how news come. */
  refresh(): void;
  /** The way to the news changed: a socket should be tried now. */
  wake(): void;
  /** This tab leads from now on. */
  leads(): void;
}

/** What tabs say to each other. Nothing secret: the token stays in the storage they share. */
type Note =
  | { kind: "hello"; from: string; after: number }
  | { kind: "here"; to: string }
  | { kind: "again" }
  | { kind: "refresh" }
  | { kind: "up"; from: string; frame: ClientFrame }
  | { kind: "down"; to?: string; frames: ServerFrame[] }
  | { kind: "end"; code: number };

/** A leader that does not say within this time that it is there, in milliseconds, is hung. */
const leaderPatience = 3_000;
/** "Come back" and "sockets are not for this page", as the server's close codes say it. */
const comeBack = 1012;
const noSockets = 4400;

/**
 * One socket for all tabs of a visitor. One tab leads: it holds the real socket and passes on what
 * comes. The others get a socket that speaks the same protocol with the leader, from their own cursor,
 * so that nothing above here knows the difference. When the leader is gone the next one takes over.
 */
export class Tabs {
  readonly #world: World;
  readonly #source: TabsSource;
  readonly #port: TabsPort | null;
  #role: "undecided" | "follower" | "leader" = "undecided";
  #standing = false;
  #socket: TabSocket | null = null;
  /** Who listens, and whether they were welcomed: with the cursor they came with, or null. */
  readonly #followers = new Map<string, number | null>();

  constructor(world: World, name: string, source: TabsSource) {
    this.#world = world;
    this.#source = source;
    this.#port = world.tabs?.(name) ?? null;
    if (this.#port) this.#port.onNote = (note) => this.#hear(note as Note);
    else this.#role = "leader";
  }

  /** Whether this tab hears through another one. */
  get following(): boolean {
    return this.#role === "follower" && this.#socket?.real !== true;
  }

  openSocket(url: string): SocketLike | null {
    if (!this.#port) return this.#world.openSocket(url);
    this.#socket = new TabSocket(this.#world, url, {
      up: (from, frame) => this.#up(from, frame),
      closed: (socket) => {
        if (this.#socket === socket) this.#socket = null;
      },
    });
    if (!this.#standing) {
      this.#standing = true;
      this.#port.lead((leading) => this.#elected(leading));
    } else this.#decide();
    return this.#socket;
  }

  /** Passes on to the others what this tab got, if it leads. */
  share(frame: ServerFrame): void {
    if (this.#role === "leader" && this.#followers.size > 0) this.#say({ kind: "down", frames: [frame] });
  }

  /** The leader's own way to the server changed: the others should ask anew, or can be welcomed now. */
  turned(): void {
    if (this.#role !== "leader" || this.#followers.size === 0) return;
    const welcome = this.#source.welcome();
    const waiting = [...this.#followers.values()].some((after) => after !== null);
    if (!welcome || waiting) this.#again();
  }

  /** The conversation is gone, or the key is refused, for all tabs alike. */
  end(code: number): void {
    if (this.#role === "leader" && this.#followers.size > 0) this.#say({ kind: "end", code });
  }

  /** A message went out by HTTP: whoever asks for news should ask now. */
  posted(): void {
    if (this.following) this.#say({ kind: "refresh" });
  }

  /** Leaves, and lets another tab lead. */
  close(): void {
    if (!this.#port) return;
    this.#port.onNote = null;
    this.#port.close();
  }

  #say(note: Note): void {
    this.#port?.say(note);
  }

  #elected(leading: boolean): void {
    this.#role = leading ? "leader" : "follower";
    if (!leading) return this.#decide();
    this.#again();
    this.#source.leads();
    if (this.#socket && !this.#socket.decided) this.#decide();
    else if (this.#socket && !this.#socket.real) this.#leave();
  }

  /** Lets the socket begin, as this tab's role has it. */
  #decide(): void {
    if (this.#role === "leader") this.#socket?.becomeReal();
    if (this.#role === "follower") this.#socket?.becomeVirtual();
  }

  /** What was heard through a leader is over; the way to the next one begins at once. */
  #leave(): void {
    this.#socket?.end(comeBack);
    this.#source.wake();
  }

  #again(): void {
    this.#followers.clear();
    this.#say({ kind: "again" });
  }

  #up(from: string, frame: ClientFrame): void {
    if (frame.type === "hello") this.#say({ kind: "hello", from, after: frame.after });
    else this.#say({ kind: "up", from, frame });
  }

  #hear(note: Note): void {
    if (this.#role === "leader") this.#serve(note);
    else if (this.#socket && !this.#socket.real) this.#follow(this.#socket, note);
    else if (!this.#socket && note.kind === "again") this.#source.wake();
  }

  #follow(socket: TabSocket, note: Note): void {
    if (note.kind === "here" && note.to === socket.id) socket.found();
    if (note.kind === "again") this.#leave();
    if (note.kind === "end") socket.end(note.code);
    if (note.kind !== "down" || (note.to ?? socket.id) !== socket.id) return;
    for (const frame of note.frames) socket.receive(frame, note.to !== undefined);
  }

  #serve(note: Note): void {
    if (note.kind === "refresh") this.#source.refresh();
    if (note.kind === "hello") this.#greet(note.from, note.after);
    if (note.kind === "up") this.#forward(note.from, note.frame);
  }

  #greet(from: string, after: number): void {
    this.#say({ kind: "here", to: from });
    const welcome = this.#source.welcome();
    this.#followers.set(from, welcome ? null : after);
    if (!welcome) return;
    const missed = this.#source.messages().filter(({ seq }) => seq > after);
    this.#say({ kind: "down", to: from, frames: [welcome, ...missed.map((message) => ({ type: "message" as const, message })), ...this.#source.streaming()] });
  }

  #forward(from: string, frame: ClientFrame): void {
    if (frame.type === "ping") return this.#say({ kind: "down", to: from, frames: [{ type: "pong" }] });
    const gone = this.#source.send(frame);
    // Without a socket the sender goes by HTTP, as it does after any error.
    if (gone || frame.type !== "send") return;
    this.#say({ kind: "down", to: from, frames: [{ type: "error", error: "", client_id: frame.client_id }] });
  }
}

/** What a tab's socket tells. */
interface TabSocketEvents {
  up(from: string, frame: ClientFrame): void;
  closed(socket: TabSocket): void;
}

/** A socket that turns out to be a real one, or one through the leading tab. */
class TabSocket implements SocketLike {
  onopen: SocketLike["onopen"] = null;
  onmessage: SocketLike["onmessage"] = null;
  onclose: SocketLike["onclose"] = null;
  onerror: SocketLike["onerror"] = null;
  readonly id: string;
  decided = false;
  readonly #world: World;
  readonly #url: string;
  readonly #events: TabSocketEvents;
  #line: SocketLike | null = null;
  #timer: Timer = null;
  #over = false;
  #welcomed = false;

  constructor(world: World, url: string, events: TabSocketEvents) {
    this.#world = world;
    this.#url = url;
    this.#events = events;
    this.id = newClientId((count) => world.bytes(count));
  }

  get real(): boolean {
    return this.#line !== null;
  }

  becomeReal(): void {
    if (this.#over || this.#line) return;
    this.decided = true;
    this.#world.clearTimeout(this.#timer);
    try {
      this.#line = this.#world.openSocket(this.#url);
    } catch {
      // Forbidden here, like where there are none.
    }
    if (!this.#line) {
      this.#timer = this.#world.setTimeout(() => this.end(noSockets), 0);
      return;
    }
    this.#line.onopen = () => this.onopen?.();
    this.#line.onmessage = (event) => this.onmessage?.(event);
    this.#line.onclose = ({ code }) => this.end(code);
  }

  becomeVirtual(): void {
    this.decided = true;
    this.#timer = this.#world.setTimeout(() => this.#begin(), 0);
  }

  /** The leader is there; it answers when it can. */
  found(): void {
    this.#world.clearTimeout(this.#timer);
  }

  receive(frame: ServerFrame, direct: boolean): void {
    if (frame.type === "welcome" && direct) this.#welcomed = true;
    if (this.#welcomed && !this.#over) this.onmessage?.({ data: JSON.stringify(frame) });
  }

  send(text: string): void {
    if (this.#line) this.#line.send(text);
    else this.#events.up(this.id, JSON.parse(text) as ClientFrame);
  }

  close(): void {
    this.#finish();
  }

  end(code: number): void {
    if (this.#over) return;
    const closed = this.onclose;
    this.#finish();
    closed?.({ code });
  }

  /** Two sockets are better than none: a leader that is hung is left alone. */
  #begin(): void {
    if (this.#over) return;
    this.#timer = this.#world.setTimeout(() => this.becomeReal(), leaderPatience);
    this.onopen?.();
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#world.clearTimeout(this.#timer);
    if (this.#line) {
      this.#line.onopen = this.#line.onmessage = this.#line.onclose = null;
      this.#line.close();
    }
    this.#events.closed(this);
  }
}

/** A name by which tabs find each other and from which the token cannot be found (cyrb53, 53 bits of 256). */
export function tabsName(token: string): string {
  let one = 0xdeadbeef;
  let two = 0x41c6ce57;
  for (let i = 0; i < token.length; i++) {
    const code = token.charCodeAt(i);
    one = Math.imul(one ^ code, 2654435761);
    two = Math.imul(two ^ code, 1597334677);
  }
  one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(two ^ (two >>> 13), 3266489909);
  two = Math.imul(two ^ (two >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909);
  return (4294967296 * (2097151 & two) + (one >>> 0)).toString(36);
}
