/** What the end of a socket asks the client to do. */
export type Verdict =
  /** Come back soon, from the cursor. */
  | "reconnect"
  /** Come back, but not within the next half minute. */
  | "wait"
  /** Sockets are not for this page; HTTP may be. */
  | "poll"
  /** The site key opens nothing. */
  | "refused"
  /** The conversation is not there. */
  | "gone";

const verdicts: Record<number, Verdict> = {
  4400: "poll",
  4401: "refused",
  4403: "poll",
  4404: "gone",
  4429: "wait",
};

/** Reads a close code. All but the final ones (1001, 1006, 1012, 4408, 4409, …) mean: come back. */
export const verdictOf = (code: number): Verdict => verdicts[code] ?? "reconnect";

/** What a tab tells those that hear through it, when the conversation is over for all. */
export const closeCodes = { refused: 4401, gone: 4404 };
