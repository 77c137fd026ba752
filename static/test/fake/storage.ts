import type { StorageLike } from "../../src/shared/world.js";

/** A localStorage in memory. `blocked` makes it throw as browsers do, `full` makes only writing throw. */
export class FakeStorage implements StorageLike {
  readonly #texts = new Map<string, string>();
  blocked = false;
  full = false;

  get length(): number {
    this.#guard();
    return this.#texts.size;
  }

  key(index: number): string | null {
    this.#guard();
    return [...this.#texts.keys()][index] ?? null;
  }

  getItem(key: string): string | null {
    this.#guard();
    return this.#texts.get(key) ?? null;
  }

  setItem(key: string, text: string): void {
    this.#guard();
    if (this.full) throw new DOMException("full", "QuotaExceededError");
    this.#texts.set(key, text);
  }

  removeItem(key: string): void {
    this.#guard();
    this.#texts.delete(key);
  }

  #guard(): void {
    if (this.blocked) throw new DOMException("blocked", "SecurityError");
  }
}
