import type { Timeline } from "./timeline.js";
import type { Visitor } from "./visitor.js";
import type { Timer, World } from "./world.js";

/** A catch-up of thousands of messages is one receipt, not thousands. */
const calm = 300;

/** Knows how far the visitor has read, and tells the server when they did. */
export class Reading {
  readonly #world: World;
  readonly #visitor: Visitor;
  readonly #timeline: Timeline;
  readonly #tell: (seq: number) => void;
  #timer: Timer = null;
  #looking = false;

  constructor(world: World, visitor: Visitor, timeline: Timeline, tell: (seq: number) => void) {
    this.#world = world;
    this.#visitor = visitor;
    this.#timeline = timeline;
    this.#tell = tell;
  }

  /** The messages of the team that came while the visitor was not looking. */
  get unread(): number {
    return this.#looking ? 0 : this.#unseen();
  }

  /** Whether the visitor has the conversation before their eyes. What was there when they looked away is read. */
  look(looking: boolean): void {
    if (this.#looking && !looking && this.#timeline.cursor > this.#visitor.read) this.#mark();
    this.#looking = looking;
    this.note();
  }

  /** Something may have become readable. */
  note(): void {
    this.#world.clearTimeout(this.#timer);
    if (!this.#looking || this.#timeline.cursor <= this.#visitor.read) return;
    this.#timer = this.#world.setTimeout(() => this.#mark(), calm);
  }

  stop(): void {
    this.#world.clearTimeout(this.#timer);
  }

  #mark(): void {
    this.#world.clearTimeout(this.#timer);
    // What another tab has wiped is not put back.
    if (!this.#visitor.talking) return;
    const news = this.#unseen() > 0;
    this.#visitor.read = this.#timeline.cursor;
    if (news) this.#tell(this.#timeline.cursor);
  }

  #unseen(): number {
    const read = this.#visitor.read;
    return this.#timeline.messages.slice(read).filter(({ direction }) => direction === "outbound").length;
  }
}
