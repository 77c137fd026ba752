import type { Page } from "./wire.js";
import type { Timer, World } from "./world.js";

/** Pages are told this often at most, in milliseconds: the last one counts. */
const gap = 2_000;

/** Tells on which page the visitor is. */
export class Tracker {
  readonly #world: World;
  readonly #tell: (page: Page) => void;
  #page: Page | null = null;
  #told = "";
  #toldAt = 0;
  #timer: Timer = null;

  constructor(world: World, tell: (page: Page) => void) {
    this.#world = world;
    this.#tell = tell;
  }

  see(page: Page): void {
    this.#page = page;
    this.#soon();
  }

  /** A conversation began: it knows the page it was begun on, the next one is news. */
  again(): void {
    this.#told = this.#page ? spell(this.#page) : "";
  }

  stop(): void {
    this.#world.clearTimeout(this.#timer);
    this.#page = null;
  }

  #soon(): void {
    this.#world.clearTimeout(this.#timer);
    const wait = this.#toldAt + gap - this.#world.now();
    this.#timer = this.#world.setTimeout(() => this.#now(), Math.max(0, wait));
  }

  #now(): void {
    if (!this.#page || spell(this.#page) === this.#told) return;
    this.#told = spell(this.#page);
    this.#toldAt = this.#world.now();
    this.#tell(this.#page);
  }
}

const spell = ({ url, title }: Page): string => `${url}\n${title}`;
