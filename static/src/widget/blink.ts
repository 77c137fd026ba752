import type { Timer, World } from "../shared/world.js";
import type { Host } from "./host.js";

/** How long each of the two titles stands, in milliseconds; a page in the background is woken no more often. */
const gap = 1_200;

/** Lets the title of the customer's page take turns with a text, so that a tab in the background calls. */
export class Blink {
  readonly #world: World;
  readonly #host: Host;
  #text = "";
  #shown = false;
  #timer: Timer = null;

  constructor(world: World, host: Host) {
    this.#world = world;
    this.#host = host;
  }

  /** Begins, or goes on with another text. */
  start(text: string): void {
    this.stop();
    this.#text = text;
    this.#turn();
  }

  /** The page has its own title again. */
  stop(): void {
    this.#world.clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#shown) this.#turn(false);
  }

  #turn(again = true): void {
    this.#shown = !this.#shown;
    this.#host.tell({ type: "title", ...(this.#shown && { text: this.#text }) });
    if (again) this.#timer = this.#world.setTimeout(() => this.#turn(), gap);
  }
}
