import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef } from "react";
import { answer, api } from "../api/client.js";
import { keys } from "../api/keys.js";
import { conversationAfter, inLists, overhearing, threadAfter } from "../live/apply.js";
import { extended, joined, stretch, type Thread } from "./thread.js";

/** A conversation; what the list knows of it is shown until it is here. */
export function useConversation(id: string) {
  const queries = useQueryClient();
  return useQuery({
    queryKey: keys.conversation(id),
    queryFn: ({ signal }) => overhearing(queries, () => answer(api.GET("/conversation/{id}", { params: { path: { id } }, signal })), conversationAfter),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    initialData: () => inLists(queries, id),
  });
}

const page = (id: string, offset: number, signal?: AbortSignal) =>
  answer(api.GET("/conversation/{id}/messages", { params: { path: { id }, query: { order: "desc", limit: stretch, offset } }, ...(signal ? { signal } : {}) }));

/** A conversation's messages, the newest stretch first; the socket adds to them. */
export const threadQuery = (queries: ReturnType<typeof useQueryClient>, id: string) =>
  queryOptions({
    queryKey: keys.messages(id),
    queryFn: ({ signal }) => {
      const ask = async (): Promise<Thread> => {
        const { data, pagination } = await page(id, 0, signal);
        return joined(queries.getQueryData<Thread>(keys.messages(id)), data, pagination.total);
      };
      return overhearing(queries, ask, (thread, event) => threadAfter(id, thread, event));
    },
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });

/** The messages, and a way to read older ones. */
export function useThread(id: string) {
  const queries = useQueryClient();
  const query = useQuery(threadQuery(queries, id));
  // By conversation: what is long in coming for one holds up no other.
  const asked = useRef(new Set<string>());
  const older = useCallback(async () => {
    if (asked.current.has(id)) return;
    asked.current.add(id);
    try {
      const known = queries.getQueryData<Thread>(keys.messages(id))?.messages.length ?? 0;
      const { data, pagination } = await page(id, known);
      queries.setQueryData<Thread>(keys.messages(id), (thread) => thread && extended(thread, data, pagination.total));
    } finally {
      asked.current.delete(id);
    }
  }, [id, queries]);
  return { ...query, older, hasOlder: query.data !== undefined && query.data.messages.length < query.data.total };
}
