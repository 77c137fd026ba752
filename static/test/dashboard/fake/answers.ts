import { page } from "./rows.js";
import { type Asked, type FakeV2, Refusal } from "./server.js";

type Answer = (asked: Asked) => unknown;

/** An address whose answers are kept back until the test lets them go. */
export interface Held {
  /** How many calls wait. */
  readonly waiting: number;
  /** Lets the oldest call go, with what it would have been answered, or with another answer. */
  release(other?: unknown): void;
}

/** Keeps back what an address answers, so that a test can do something meanwhile. */
export function hold(server: FakeV2, route: string, answer: Answer): Held {
  const calls: ((other: unknown[]) => void)[] = [];
  server.on(route, async (asked) => {
    const other = await new Promise<unknown[]>((go) => calls.push(go));
    return other.length > 0 ? other[0] : answer(asked);
  });
  return {
    get waiting() {
      return calls.length;
    },
    release: (...other: unknown[]) => calls.shift()?.(other),
  };
}

/** Answers in turn; the last one for ever. */
export function inTurn(...answers: unknown[]): Answer {
  let at = 0;
  return (asked) => {
    const one = answers[Math.min(at++, answers.length - 1)];
    return typeof one === "function" ? (one as Answer)(asked) : one;
  };
}

/** A list in stretches, as the server gives it: never more than `most` rows at once, whatever is asked for. */
export const paged =
  <T>(rows: readonly T[], most = 3): Answer =>
  ({ query }) => {
    const [limit, offset] = [Math.min(most, Number(query.get("limit") ?? 20)), Number(query.get("offset") ?? 0)];
    return page(rows.slice(offset, offset + limit), limit, offset, rows.length);
  };

/** A line that breaks after the server did its work: nobody hears of it. */
export const lost = (): never => {
  throw new TypeError("Failed to fetch");
};

/** What a proxy answers in the server's place. */
export const gateway = (): Response => new Response("<html>Bad gateway</html>", { status: 502, headers: { "X-Request-Id": "req_proxy" } });

/** The refusals that any act may meet, and what people are told of them. */
export const refusals = {
  forbidden: [new Refusal(403, "forbidden", "Missing scope", { required_permission: "admin:write" }), "You may not do this. Ask an admin of your team."],
  conflict: [new Refusal(409, "conflict", "Somebody was faster"), "Somebody was faster"],
  limited: [new Refusal(429, "rate_limited", "Slow down"), "Too many requests. Wait a moment and try again."],
  broken: [new Refusal(500, "internal_error", "pq: deadlock detected"), "Something went wrong on our side."],
  cut: [lost, "The server cannot be reached. Check your connection."],
} as const;
