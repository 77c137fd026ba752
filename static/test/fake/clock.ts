interface Due {
  at: number;
  act: () => void;
}

/** Lets everything that already can happen happen: promise chains, however long. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A clock that stands still until a test moves it. */
export class FakeClock {
  #now = Date.UTC(2026, 0, 25, 14, 20);
  /** What is due, the earliest first; among equals the one that was set first. */
  #due: Due[] = [];

  now = (): number => this.#now;

  setTimeout = (act: () => void, ms: number): Due => {
    const due = { at: this.#now + Math.max(0, ms), act };
    const before = this.#due.findLastIndex(({ at }) => at <= due.at);
    this.#due.splice(before + 1, 0, due);
    return due;
  };

  clearTimeout = (timer: unknown): void => {
    const place = this.#due.indexOf(timer as Due);
    if (place >= 0) this.#due.splice(place, 1);
  };

  /** Moves time forward, running what becomes due in its order. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let due = this.#next(end); due; due = this.#next(end)) {
      this.clearTimeout(due);
      this.#now = Math.max(this.#now, due.at);
      due.act();
      await settle();
    }
    this.#now = end;
  }

  /** Moves on until something is so, and fails if it never is. */
  async until(holds: () => boolean, limit = 120_000): Promise<void> {
    const end = this.#now + limit;
    await settle();
    while (!holds()) {
      const due = this.#next(end);
      if (!due) throw new Error(`not so within ${limit} ms: ${holds}`);
      await this.advance(due.at - this.#now);
    }
  }

  #next(end: number): Due | undefined {
    const [first] = this.#due;
    return first && first.at <= end ? first : undefined;
  }
}
