import { useQuery } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../api/client.js";
import { keys } from "../api/keys.js";

type Highlight = Schemas["Highlight"];

/** Where a text has the words that are searched for, in any case, counted in code points as the server does; null if it has them nowhere. */
export function highlightIn(text: string, words: string): Highlight | null {
  const found = [...text.matchAll(new RegExp(words.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"), "giu"))];
  if (words === "" || found.length === 0) return null;
  const points = (units: number): number => [...text.slice(0, units)].length;
  return { field: "text", snippet: text, matches: found.map(({ 0: hit, index }) => ({ start: points(index), end: points(index + hit.length) })) };
}

/** How much stands before the first mark: a row has room for a few words, and a mark beyond them is not seen. */
const lead = 16;

/** A highlight from a word shortly before its first mark on. */
export function begun(highlight: Highlight): Highlight {
  const points = [...highlight.snippet];
  const first = highlight.matches[0]?.start ?? 0;
  if (first <= lead) return highlight;
  const from = first - lead + points.slice(first - lead, first).indexOf(" ") + 1;
  const moved = (at: number): number => at - from + 1;
  return { ...highlight, snippet: `…${points.slice(from).join("")}`, matches: highlight.matches.map(({ start, end }) => ({ start: moved(start), end: moved(end) })) };
}

/** How many messages are asked for: as many as a search gives. */
const most = 50;

/** What was said in conversations that has the words: one excerpt of each, as far as the newest messages tell. */
export function useExcerpts(q: string | undefined): ReadonlyMap<string, Highlight> {
  const { data } = useQuery({
    queryKey: keys.excerpts(q ?? ""),
    queryFn: ({ signal }) => answer(api.GET("/search", { params: { query: { q: q ?? "", types: "message", limit: most } }, signal })),
    enabled: q !== undefined,
    // Kept as it is: made anew at each drawing, it would draw all rows anew.
    select: excerptsOf,
  });
  return (q && data) || none;
}

const none: ReadonlyMap<string, Highlight> = new Map();

/** The newest excerpt of each conversation; a note or an answer counts as much as what the customer wrote. */
const excerptsOf = ({ messages }: Schemas["Found"]): ReadonlyMap<string, Highlight> =>
  new Map(messages.data.toReversed().flatMap(({ message, highlights: [first] }): [string, Highlight][] => (first ? [[message.conversation_id, begun(first)]] : [])));
