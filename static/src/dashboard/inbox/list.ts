import { queryOptions, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { answer, api, type Schemas } from "../api/client.js";
import { type ConversationFilter, keys } from "../api/keys.js";

/** How many rows are read at once. */
export const windowSize = 100;

type Window = Schemas["ConversationList"];
type Query = NonNullable<Parameters<typeof api.GET<"/conversations", never>>[1]>;

const read = (filter: ConversationFilter, limit: number, offset: number, signal: AbortSignal): Promise<Window> =>
  answer(api.GET("/conversations", { params: { query: { ...filter, limit, offset } }, signal } as Query) as Promise<{ data?: Window }>);

/** One window of a list. The socket keeps it right, so it does not grow old by itself. */
export const windowQuery = (filter: ConversationFilter, page: number) =>
  queryOptions({
    queryKey: keys.conversationWindow(filter, page),
    queryFn: ({ signal }) => read(filter, windowSize, page * windowSize, signal),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });

/** A list of any length, of which only the windows in sight are read and followed. */
export function useConversationList(filter: ConversationFilter) {
  const queries = useQueryClient();
  const [span, setSpan] = useState({ first: 0, last: 0 });
  const pages = Array.from({ length: span.last - span.first + 1 }, (_, i) => span.first + i);
  // The first window is always followed: it tells how many there are, and it is where news comes.
  const wanted = [...new Set([0, ...pages])];
  const windows = useQueries({ queries: wanted.map((page) => windowQuery(filter, page)) });
  const newest = windows.reduce((best, next) => (next.dataUpdatedAt > best.dataUpdatedAt ? next : best));
  const byPage = new Map(wanted.map((page, i) => [page, windows[i]?.data]));
  const row = (i: number): Schemas["Conversation"] | undefined => byPage.get(Math.floor(i / windowSize))?.data[i % windowSize];
  /** The rows that are here, each with its place. */
  const here = (): [number, string][] => wanted.flatMap((page) => (byPage.get(page)?.data ?? []).map(({ id }, i): [number, string] => [page * windowSize + i, id]));
  /** The conversations of a window, read if need be; none where that fails. */
  const idsIn = async (page: number): Promise<string[]> => (await queries.ensureQueryData(windowQuery(filter, page)).catch(() => null))?.data.map(({ id }) => id) ?? [];
  /** The conversation at a place. */
  const idAt = async (i: number): Promise<string | undefined> => (await idsIn(Math.floor(i / windowSize)))[i % windowSize];
  /** All conversations from one to another that were seen; what lies out of sight between them is read. */
  const between = async (from: string, to: string): Promise<string[]> => {
    const seen = queries.getQueriesData<Window>({ queryKey: keys.conversationWindows(filter) });
    const place = (id: string): number => {
      for (const [key, window] of seen) {
        const at = window?.data.findIndex((c) => c.id === id) ?? -1;
        if (at >= 0) return Number(key.at(-1)) * windowSize + at;
      }
      return -1;
    };
    const [first = -1, last = -1] = [place(from), place(to)].sort((a, b) => a - b);
    if (first < 0) return [to];
    const ids: string[] = [];
    for (let page = Math.floor(first / windowSize); page * windowSize <= last; page++) {
      const begin = page * windowSize;
      ids.push(...(await idsIn(page)).slice(Math.max(0, first - begin), last - begin + 1));
    }
    return ids;
  };
  /** Says which rows are in sight. */
  const see = useCallback((from: number, to: number) => {
    const next = { first: Math.floor(Math.max(0, from) / windowSize), last: Math.floor(Math.max(0, to) / windowSize) };
    setSpan((now) => (now.first === next.first && now.last === next.last ? now : next));
  }, []);
  const first = windows[0];
  return { total: newest.data?.pagination.total ?? 0, row, here, idAt, between, see, loading: first?.isPending ?? true, error: first?.data ? null : (first?.error ?? null), retry: () => first?.refetch() };
}

/** How many conversations each view has. The socket keeps the numbers right. */
export function useConversationCounts(): Schemas["ConversationCounts"] | undefined {
  const { data } = useQuery({
    queryKey: keys.conversationCounts,
    queryFn: ({ signal }) => answer(api.GET("/conversations/counts", { signal })),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  return data;
}
