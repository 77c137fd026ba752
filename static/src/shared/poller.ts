import type { Refusal } from "./api.js";
import { fullJitter } from "./backoff.js";
import type { Timer, World } from "./world.js";

/** How often messages are asked for: while the page is seen, and while it is not. */
export const pollGap = { shown: 3_000, hidden: 15_000 };

/** Asks once for what is new, and tells what came in the way. */
export type Ask = () => Promise<{ ok: true } | Refusal>;

/** Asks for new messages again and again, more slowly where nobody looks or the server is away. */
export class Poller {
  readonly #world: World;
  readonly #ask: Ask;
  readonly #told: () => void;
  #timer: Timer = null;
  #running = false;
  #asking = false;
  #failures = 0;
  #reached = false;
  hidden = false;

  constructor(world: World, ask: Ask, told: () => void) {
    this.#world = world;
    this.#ask = ask;
    this.#told = told;
  }

  /** Whether the last answer came: the server can be reached this way. */
  get reached(): boolean {
    return this.#running && this.#reached;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.now();
  }

  stop(): void {
    this.#running = false;
    this.#reached = false;
    this.#failures = 0;
    this.#world.clearTimeout(this.#timer);
  }

  /** Asks at once instead of after the pause. */
  now(): void {
    if (!this.#running || this.#asking) return;
    this.#world.clearTimeout(this.#timer);
    void this.#round();
  }

  async #round(): Promise<void> {
    this.#asking = true;
    const answer = await this.#ask();
    this.#asking = false;
    if (!this.#running) return;
    this.#reached = answer.ok || answer.status === 429;
    this.#failures = this.#reached ? 0 : this.#failures + 1;
    this.#timer = this.#world.setTimeout(() => void this.#round(), this.#pause(answer));
    this.#told();
  }

  #pause(answer: { ok: true } | Refusal): number {
    const gap = this.hidden ? pollGap.hidden : pollGap.shown;
    if (answer.ok) return gap;
    return Math.max(answer.wait, answer.status === 429 ? gap : fullJitter(this.#failures, this.#world.random));
  }
}
