import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import { onceKey } from "../api/client.js";
import { ApiError } from "../api/errors.js";
import { useNotify } from "./notify.js";

interface ActOptions<Given, Result> {
  /** What to say when it is done. */
  says?: string;
  /** What the act makes stale. */
  stale?: readonly QueryKey[];
  then?: (result: Result, given: Given) => unknown;
  /** Called when what became stale was read anew: a form lets go of its changes without showing the old values. */
  reset?: (given: Given) => void;
  /** Sees a refusal first; true when it has told the person. */
  refused?: (error: ApiError) => boolean;
}

/** Errors that some field has taken to itself. */
const placed = new WeakSet<ApiError>();

/**
 * Something a person does to the server: says that it is done, or why not. A refusal that names a field is
 * left to the form, which shows it there (`blame`); if it has no such field, or is gone, it is said as well.
 */
export function useAct<Given, Result>(act: (given: Given) => Promise<Result>, { says, stale = [], then, reset, refused }: ActOptions<Given, Result> = {}) {
  const queries = useQueryClient();
  const notify = useNotify();
  const seen = useRef(false);
  const waiting = useRef<ApiError | null>(null);
  useEffect(() => {
    seen.current = true;
    return () => void (seen.current = false);
  }, []);
  const mutation = useMutation({
    mutationFn: act,
    onSuccess: async (result, given) => {
      await then?.(result, given);
      if (says) notify.done(says);
      const read = Promise.all(stale.map((queryKey) => queries.invalidateQueries({ queryKey })));
      if (reset) {
        await read;
        reset(given);
      }
    },
    onError: (error) => {
      if (error instanceof ApiError && refused?.(error)) return;
      if (!isPlaceable(error) || !seen.current) notify.failed(error);
      else waiting.current = error;
    },
  });
  const { error } = mutation;
  // Fields are drawn with the error before this runs: what none of them took would else be said nowhere.
  useEffect(() => {
    if (error !== waiting.current) return;
    waiting.current = null;
    if (error && !placed.has(error as ApiError)) notify.failed(error);
  }, [error, notify]);
  return mutation;
}

const isPlaceable = (error: unknown): error is ApiError => error instanceof ApiError && error.field !== null;

/** A key under which the same may be sent again, after an answer that got lost, and is done once; other words have another. */
export const useOnce = (...words: unknown[]): string => useMemo(onceKey, [JSON.stringify(words)]);

/** What is wrong with a field, if the server blamed that one; parts of it count too (`theme.color`). */
export function blame(error: unknown, field: string): string | undefined {
  if (!(error instanceof ApiError) || error.field === null) return undefined;
  if (error.field !== field && !error.field.startsWith(`${field}.`) && !error.field.startsWith(`${field}[`)) return undefined;
  placed.add(error);
  return error.message;
}
