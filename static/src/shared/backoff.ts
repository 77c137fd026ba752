const first = 500;
const floor = 100;

/** The longest wait between two attempts, in milliseconds. */
export const longestWait = 30_000;

/**
 * Full jitter: anything between a blink and a ceiling that doubles from 0.5 s to `cap`.
 * After a server's restart its visitors come back spread out, not all at once.
 */
export function fullJitter(attempt: number, random: () => number, cap = longestWait): number {
  const ceiling = Math.min(cap, first * 2 ** Math.min(attempt, 16));
  return Math.max(floor, Math.round(random() * ceiling));
}
