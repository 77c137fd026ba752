/** A value that the frame draws. Setting it draws the frame anew. */
export interface Signal<T> {
  value: T;
}

const listeners = new Set<() => void>();

/** Calls back whenever a value has changed. */
export function watchSignals(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/**
 * One frame shows everything there is, and drawing it whole takes less than a millisecond: no graph of
 * who reads what is worth the 4 KB that a library of signals weighs.
 */
export function signal<T>(first: T): Signal<T> {
  let value = first;
  return {
    get value() {
      return value;
    },
    set value(next: T) {
      if (Object.is(value, next)) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
  };
}

/** A value that follows from others, worked out whenever it is read. */
export function computed<T>(work: () => T): Readonly<Signal<T>> {
  return {
    get value() {
      return work();
    },
  };
}
