import { seeded } from "../../fake/random.js";

/** The seeds that laws are tried with: fixed, so that what fails fails again. */
export const seeds = [1, 7, 42, 20260125, 987654321];

/** Chance that is the same for the same seed. */
export function dice(seed: number) {
  const random = seeded(seed);
  /** A whole number below `end`. */
  const int = (end: number): number => Math.floor(random() * end);
  const pick = <T>(of: readonly T[]): T => of[int(of.length)] as T;
  const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
  const some = <T>(of: readonly T[]): T[] => of.filter(() => int(2) === 0);
  const shuffled = <T>(of: readonly T[]): T[] => {
    const left = [...of];
    return times(of.length, () => left.splice(int(left.length), 1)[0] as T);
  };
  return { int, pick, times, some, shuffled };
}
