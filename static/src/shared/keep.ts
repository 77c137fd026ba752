import type { StorageLike } from "./world.js";

/**
 * Named texts that outlive a reload, or at least the page where the browser forbids storage
 * (private windows, blocked third-party storage, a full disk). It never throws.
 */
export class Keep {
  /** Only what the storage refused; what it took is read from there, where other tabs write too. */
  readonly #refused: Map<string, string>;
  readonly #open: () => StorageLike;
  readonly #prefix: string;

  constructor(open: () => StorageLike, prefix: string, refused = new Map<string, string>()) {
    this.#open = open;
    this.#prefix = prefix;
    this.#refused = refused;
  }

  /** The texts whose names begin so. */
  below(prefix: string): Keep {
    return new Keep(this.#open, this.#prefix + prefix, this.#refused);
  }

  get(name: string): string | null {
    const key = this.#prefix + name;
    const own = this.#refused.get(key);
    if (own !== undefined) return own;
    return this.#try((storage) => storage.getItem(key)) ?? null;
  }

  set(name: string, text: string): void {
    const key = this.#prefix + name;
    const stored = this.#try((storage) => {
      storage.setItem(key, text);
      return true;
    });
    if (stored) this.#refused.delete(key);
    else this.#refused.set(key, text);
  }

  remove(name: string): void {
    const key = this.#prefix + name;
    this.#refused.delete(key);
    this.#try((storage) => storage.removeItem(key));
  }

  /** The names kept under a prefix, in no particular order. */
  names(prefix: string): string[] {
    const full = this.#prefix + prefix;
    const keys = new Set(this.#refused.keys());
    this.#try((storage) => {
      for (let i = 0; i < storage.length; i++) keys.add(storage.key(i) ?? "");
    });
    return [...keys].filter((key) => key.startsWith(full)).map((key) => key.slice(this.#prefix.length));
  }

  /** Removes everything. */
  clear(): void {
    for (const name of this.names("")) this.remove(name);
  }

  /** A value that was kept as JSON; null for nothing, or for what is none. */
  read<T>(name: string): T | null {
    try {
      return JSON.parse(this.get(name) ?? "null") as T | null;
    } catch {
      return null;
    }
  }

  /** Keeps a value as JSON; null removes it. */
  write(name: string, value: unknown): void {
    if (value === null) this.remove(name);
    else this.set(name, JSON.stringify(value));
  }

  #try<T>(act: (storage: StorageLike) => T): T | undefined {
    try {
      return act(this.#open());
    } catch {
      return undefined;
    }
  }
}
