// How quick the machine is, for tests whose claim is a figure.

/** What the work below takes in a browser on the machine on which the figures were claimed, in milliseconds. */
const usual = 10;

/**
 * How many times slower than usual a page's scripts run here; 1 where they are as quick or quicker. Other work
 * on the machine can only add to the time of a try: the least of some is the machine's own.
 */
export const slowness = (page) =>
  page.evaluate((time) => {
    const tries = Array.from({ length: 25 }, () => {
      const start = performance.now();
      for (let i = 0, sum = 1; i < 8_000_000; i++) sum = Math.imul(sum ^ i, 31);
      return performance.now() - start;
    });
    return Math.max(1, Math.min(...tries) / time);
  }, usual);
