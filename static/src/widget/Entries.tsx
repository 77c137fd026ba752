import { useEffect, useState } from "preact/hooks";
import type { Client } from "../shared/client.js";
import type { ArticleEntry } from "../shared/wire.js";
import { useStore } from "./context.js";
import { onwardLine } from "./drawings/start.js";
import { Icon } from "./icons.js";
import { leads } from "./route.js";

/** How far something that was asked for has come. */
export type Loading = "loading" | "there" | "failed";

/** Titles that lead to their articles; grey lines until they are there. */
export function Entries({ list }: { list: readonly ArticleEntry[] | null }) {
  const { route } = useStore();
  if (!list) {
    return (
      <div class="ghosts" aria-hidden="true">
        <i />
        <i />
        <i />
      </div>
    );
  }
  return (
    <ul class="rows">
      {list.map(({ id, title, excerpt }) => (
        <li key={id}>
          <button type="button" class="row" {...leads(`article-${id}`)} onClick={() => route.go({ screen: "article", id: String(id) })}>
            <span class="lines">
              <span class="line strong-line" dir="auto">{title}</span>
              {excerpt && <small class="line" dir="auto">{excerpt}</small>}
            </span>
            <Icon line={onwardLine} turns />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** What was answered before, so that the way back finds the page as it was left. */
const shelves = new WeakMap<Client, Map<string, readonly ArticleEntry[]>>();

/** The articles to a question, and whether they are there yet. */
export function useArticles(query: string): { list: readonly ArticleEntry[] | null; state: Loading } {
  const { client, words } = useStore();
  const { locale } = words.value;
  const place = `${locale} ${query}`;
  const shelf = shelves.get(client) ?? new Map<string, readonly ArticleEntry[]>();
  shelves.set(client, shelf);
  const [found, setFound] = useState<{ list: readonly ArticleEntry[] | null; state: Loading }>({ list: shelf.get(place) ?? null, state: "loading" });
  useEffect(() => {
    let gone = false;
    setFound(({ list }) => ({ list: shelf.get(place) ?? list, state: "loading" }));
    void client.articles(query, locale).then((answer) => {
      if (answer.ok) shelf.set(place, answer.value);
      if (!gone) setFound(answer.ok ? { list: answer.value, state: "there" } : { list: null, state: "failed" });
    });
    return () => void (gone = true);
  }, [query, locale]);
  return found;
}
