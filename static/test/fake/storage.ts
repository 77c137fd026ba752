import type { FilesPort } from "../../src/shared/files.js";
import type { StorageLike } from "../../src/shared/world.js";

/** A localStorage in memory. `blocked` makes it throw as browsers do, `full` makes only writing throw. */
export class FakeStorage implements StorageLike {
  readonly #texts = new Map<string, string>();
  readonly files = new FakeFiles();
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

/** A browser's database of files, in memory. `forbidden` makes it refuse everything, `slow` makes it answer when told. */
export class FakeFiles implements FilesPort {
  readonly kept = new Map<string, File[]>();
  forbidden = false;
  slow: Promise<void> | null = null;

  async put(name: string, files: readonly File[]): Promise<void> {
    await this.#guard();
    this.kept.set(name, [...files]);
  }

  async get(name: string): Promise<File[] | null> {
    await this.#guard();
    return this.kept.get(name) ?? null;
  }

  async remove(name: string): Promise<void> {
    await this.#guard();
    this.kept.delete(name);
  }

  async clear(): Promise<void> {
    await this.#guard();
    this.kept.clear();
  }

  async #guard(): Promise<void> {
    await this.slow;
    if (this.forbidden) throw new DOMException("forbidden", "SecurityError");
  }
}
