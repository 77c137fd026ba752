import { useEffect, useRef, useState } from "preact/hooks";
import type { Article as Text, ArticleEntry } from "../shared/wire.js";
import { useSay, useStore } from "./context.js";
import { Header } from "./Header.js";
import { useHeadingFocus } from "./Home.js";
import { Icon } from "./icons.js";
import { Article } from "./rich.js";
import { leads } from "./route.js";

/** A pause in typing, in milliseconds, after which the search goes out. */
const pause = 250;

type Loading = "loading" | "there" | "failed";

/** What was typed last, kept for the way back from an article. */
let asked = "";

/** The articles: all of them, or those that answer what is typed. */
export function Help() {
  const say = useSay();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(asked);
  const query = useDelayed(text.trim());
  const { list, state } = useArticles(query);
  useHeadingFocus(field);
  useEffect(() => void (asked = text), [text]);
  const empty = state === "there" && list?.length === 0;
  return (
    <>
      <Header title={say("help")} />
      <search class="search">
        <Icon name="search" />
        <input
          ref={field}
          type="search"
          enterkeyhint="search"
          value={text}
          {...(text ? { dir: "auto" as const } : {})}
          aria-label={say("searchHelp")}
          placeholder={say("searchHelp")}
          maxLength={200}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </search>
      <div class="scroll" aria-busy={state === "loading"}>
        <p class="hint" role="status">
          {state === "failed" && say("helpFailed")}
          {empty && query && say("nothingFound", { text: query })}
        </p>
        {!empty && state !== "failed" && <Entries list={list} />}
      </div>
      <ToTeam />
    </>
  );
}

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
            <Icon name="onward" />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** One article, to read. */
export function Reader({ id }: { id: string }) {
  const { client, words } = useStore();
  const say = useSay();
  const heading = useRef<HTMLHeadingElement>(null);
  const [article, setArticle] = useState<Text | null>(null);
  const [state, setState] = useState<Loading>("loading");
  const [attempt, setAttempt] = useState(0);
  useHeadingFocus(heading, article);
  useEffect(() => {
    let gone = false;
    setState("loading");
    void client.article(id).then((answer) => {
      if (gone) return;
      if (answer.ok) setArticle(answer.value);
      setState(answer.ok ? "there" : "failed");
    });
    return () => void (gone = true);
  }, [id, attempt]);
  return (
    <>
      <Header title={say("help")} />
      <div class="scroll article" aria-busy={state === "loading"}>
        {state === "loading" && <Ghost />}
        {state === "failed" && (
          <div class="notice" role="status">
            <p>{say("helpFailed")}</p>
            <button type="button" class="link" onClick={() => setAttempt(attempt + 1)}>{say("retry")}</button>
          </div>
        )}
        {article && (
          <article lang={article.language ?? words.value.locale} dir="auto">
            <h2 ref={heading} tabIndex={-1}>{article.title}</h2>
            <Article text={article.content} />
          </article>
        )}
      </div>
      <ToTeam />
    </>
  );
}

const Ghost = () => (
  <div class="ghosts tall" aria-hidden="true">
    <i />
    <i />
    <i />
    <i />
  </div>
);

/** From an article to the team is one step, always in sight. */
function ToTeam() {
  const store = useStore();
  const say = useSay();
  const talking = store.snapshot.value.phase === "talking";
  const go = () => store.route.go({ screen: "talk" });
  return (
    <div class="to-team">
      <button type="button" class="gentle" {...leads("team")} onClick={go}>
        <Icon name="talk" />
        {say(talking ? "log" : "writeUs")}
      </button>
    </div>
  );
}

/** The articles to a question, and whether they are there yet. */
export function useArticles(query: string): { list: readonly ArticleEntry[] | null; state: Loading } {
  const { client, words } = useStore();
  const [found, setFound] = useState<{ list: readonly ArticleEntry[] | null; state: Loading }>({ list: null, state: "loading" });
  const { locale } = words.value;
  useEffect(() => {
    let gone = false;
    setFound(({ list }) => ({ list, state: "loading" }));
    void client.articles(query, locale).then((answer) => {
      if (gone) return;
      setFound(answer.ok ? { list: answer.value, state: "there" } : { list: null, state: "failed" });
    });
    return () => void (gone = true);
  }, [query, locale]);
  return found;
}

function useDelayed(text: string): string {
  const [value, setValue] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setValue(text), text === "" ? 0 : pause);
    return () => clearTimeout(timer);
  }, [text]);
  return value;
}
