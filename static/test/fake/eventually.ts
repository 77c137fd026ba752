import { vi } from "vitest";

/** Waits until a check passes, with a deadline that a busy machine can keep. */
export const eventually = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 60_000, interval: 5 });
