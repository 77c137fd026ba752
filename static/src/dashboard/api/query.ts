import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "./errors.js";

/** A call that may work later is made three times; what is refused stays refused. */
const again = (failures: number, error: unknown): boolean => failures < 3 && error instanceof ApiError && error.passing && error.code !== 429;

/** The store of everything that was read from the server. */
export const newQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: { staleTime: 30_000, gcTime: 30 * 60_000, retry: again, refetchOnWindowFocus: true, networkMode: "always" },
      // What a person wrote is tried again on purpose only, by the outbox.
      mutations: { retry: false, networkMode: "always" },
    },
  });
