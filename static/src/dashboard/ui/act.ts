import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiError } from "../api/errors.js";
import { useNotify } from "./notify.js";

interface ActOptions<Given, Result> {
  /** What to say when it is done. */
  says?: string;
  /** What the act makes stale. */
  stale?: readonly QueryKey[];
  then?: (result: Result, given: Given) => unknown;
  /** Called when what became stale was read anew: a form lets go of its changes without showing the old values. */
  reset?: () => void;
  /** Sees a refusal first; true when it has told the person. */
  refused?: (error: ApiError) => boolean;
}

/**
 * Something a person does to the server: says that it is done, or why not. A refusal that names a field is
 * left to the form, which shows it there (`blame`).
 */
export function useAct<Given, Result>(act: (given: Given) => Promise<Result>, { says, stale = [], then, reset, refused }: ActOptions<Given, Result> = {}) {
  const queries = useQueryClient();
  const notify = useNotify();
  return useMutation({
    mutationFn: act,
    onSuccess: async (result, given) => {
      await then?.(result, given);
      if (says) notify.done(says);
      const read = Promise.all(stale.map((queryKey) => queries.invalidateQueries({ queryKey })));
      if (reset) {
        await read;
        reset();
      }
    },
    onError: (error) => {
      if (error instanceof ApiError && refused?.(error)) return;
      if (!(error instanceof ApiError) || error.field === null) notify.failed(error);
    },
  });
}

/** What is wrong with a field, if the server blamed that one; parts of it count too (`theme.color`). */
export function blame(error: unknown, field: string): string | undefined {
  if (!(error instanceof ApiError) || error.field === null) return undefined;
  return error.field === field || error.field.startsWith(`${field}.`) || error.field.startsWith(`${field}[`) ? error.message : undefined;
}
