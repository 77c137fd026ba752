import type { ServerFrame } from "./wire.js";
import type { Timer, World } from "./world.js";

/** An answer of the assistant while it is being made. */
export interface Streaming {
  id: string;
  author: string;
  text: string;
}

/** After this long without a word, typing is taken to have ended. */
const typingLasts = 6_000;
/** While the visitor writes, the team is told this often at most. */
const tellingGap = 3_000;

/** What passes and is never stored: who types, and answers on their way. */
export class Ephemera {
  readonly #world: World;
  readonly #changed: () => void;
  readonly #tell: (active: boolean) => void;
  #timer: Timer = null;
  #ownTimer: Timer = null;
  #toldAt = 0;
  typing: string | null = null;
  streaming: readonly Streaming[] = [];

  constructor(world: World, changed: () => void, tell: (active: boolean) => void) {
    this.#world = world;
    this.#changed = changed;
    this.#tell = tell;
  }

  receive(frame: ServerFrame): void {
    if (frame.type === "typing") this.#typing(frame.active ? (frame.author ?? "") : null);
    if (frame.type === "delta" && frame.end) this.#drop(frame.id);
    else if (frame.type === "delta") this.#delta(frame.id, frame.author ?? "", frame.text);
    if (frame.type === "message" && frame.message.direction === "outbound") this.clear();
  }

  /** An answer is there, or the line is gone: nothing ephemeral holds any longer. */
  clear(): void {
    this.streaming = [];
    this.#typing(null);
  }

  /** The visitor touched the composer; `writing` is false when it became empty or was sent. */
  compose(writing: boolean): void {
    const now = this.#world.now();
    this.#world.clearTimeout(this.#ownTimer);
    if (!writing) {
      if (this.#toldAt > 0) this.#tell(false);
      this.#toldAt = 0;
      return;
    }
    if (now - this.#toldAt >= tellingGap) {
      this.#toldAt = now;
      this.#tell(true);
    }
    this.#ownTimer = this.#world.setTimeout(() => this.compose(false), typingLasts - 1_000);
  }

  stop(): void {
    this.#world.clearTimeout(this.#timer);
    this.#world.clearTimeout(this.#ownTimer);
  }

  #typing(author: string | null): void {
    this.#world.clearTimeout(this.#timer);
    this.typing = author;
    if (author !== null) this.#timer = this.#world.setTimeout(() => this.#typing(null), typingLasts);
    this.#changed();
  }

  /** The answer was given up. */
  #drop(id: string): void {
    this.streaming = this.streaming.filter((answer) => answer.id !== id);
    this.#changed();
  }

  #delta(id: string, author: string, text: string): void {
    const known = this.streaming.find((answer) => answer.id === id);
    const others = this.streaming.filter((answer) => answer !== known);
    this.streaming = [...others, { id, author, text: (known?.text ?? "") + text }];
    this.#typing(null);
  }
}
