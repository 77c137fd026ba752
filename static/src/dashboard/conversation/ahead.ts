import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";
import { threadQuery } from "./queries.js";

/** So long, in milliseconds, somebody rests before it looks as if they will open what is there. */
const rest = 60;

/**
 * Reads a conversation's messages before it is opened, so that it stands at once. What is asked for last
 * counts; no id takes it back.
 */
export function useAhead(): (id: string | undefined) => void {
  const queries = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(
    (id) => {
      clearTimeout(timer.current);
      if (id) timer.current = setTimeout(() => void queries.prefetchQuery(threadQuery(queries, id)), rest);
    },
    [queries],
  );
}
