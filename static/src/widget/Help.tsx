import { useEffect, useRef, useState } from "preact/hooks";
import type { Article as Text } from "../shared/wire.js";
import { useSay, useStore } from "./context.js";
import { Entries, type Loading, useArticles } from "./Entries.js";
import { Header } from "./Header.js";
import { useHeadingFocus } from "./focus.js";
import { searchLine, talkLine } from "./drawings/frame.js";
import { Icon } from "./icons.js";
import { Article } from "./rich.js";
import { leads } from "./route.js";

/** A pause in typing, in milliseconds, after which the search goes out. */
const pause = 250;

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
        <Icon line={searchLine} />
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
        <Icon line={talkLine} />
        {say(talking ? "log" : "writeUs")}
      </button>
    </div>
  );
}

function useDelayed(text: string): string {
  const [value, setValue] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setValue(text), text === "" ? 0 : pause);
    return () => clearTimeout(timer);
  }, [text]);
  return value;
}
