import { useEffect, useRef } from "preact/hooks";
import { type Face, Faces } from "./Avatar.js";
import type { Summary } from "../shared/summary.js";
import { useOnline, useSay, useStore } from "./context.js";
import { agoOf } from "./format.js";
import { Close } from "./Header.js";
import { Entries, useArticles } from "./Entries.js";
import { useHeadingFocus } from "./focus.js";
import { availability } from "./hours.js";
import { searchLine, talkLine, tickLine } from "./drawings/frame.js";
import { onwardLine, penLine } from "./drawings/start.js";
import { Icon } from "./icons.js";
import { leads } from "./route.js";

/** So many articles and conversations stand on the start page. */
const few = 3;

/** The start page: a greeting, the way to the team, what was talked about before, and articles. */
export function Home() {
  const { look, config, snapshot, client } = useStore();
  const hero = useRef<HTMLHeadingElement>(null);
  useHeadingFocus(hero);
  useEffect(() => void client.refreshConversations(), []);
  const talks = snapshot.value.conversations;
  return (
    <div class="home">
      <div class="hero">
        <div class="top">
          <Team />
          <Close />
        </div>
        <h1 ref={hero} tabIndex={-1} dir="auto">
          {look.value.greeting}
        </h1>
      </div>
      <div class="cards">
        <Begin />
        {talks.length > 0 && <Talks talks={talks} />}
        {config.value?.articles && <Articles />}
      </div>
    </div>
  );
}

/** Who is there: up to three faces of the team, else the site's own sign. */
function Team() {
  const { config } = useStore();
  const { name = "", team = [], assistant } = config.value ?? {};
  const people: Face[] = team.length > 0 ? team : [{ name }];
  return (
    <>
      <Faces faces={assistant ? [...people.slice(0, 2), { name: assistant.name, assistant: true }] : people} />
      <bdi class="brand">{name}</bdi>
    </>
  );
}

function Begin() {
  const store = useStore();
  const say = useSay();
  const online = useOnline();
  const { config, words, snapshot } = store;
  const assistant = config.value?.assistant;
  const state = availability(config.value, online, store.now(), words.value);
  return (
    <button type="button" class="card begin" {...leads("begin")} onClick={() => store.talk(null)}>
      <span class="lines">
        <strong>{say(snapshot.value.conversations.length > 0 ? "newChat" : "writeUs")}</strong>
        <small class={online ? "state on" : "state"}>{!online && assistant ? say("formAssistant", { name: assistant.name }) : state}</small>
      </span>
      <span class="sign">
        <Icon line={penLine} />
      </span>
    </button>
  );
}

function Talks({ talks }: { talks: readonly Summary[] }) {
  const say = useSay();
  return (
    <section class="card" aria-labelledby="recent">
      <h2 id="recent">{say("recent")}</h2>
      <ul class="rows">
        {talks.map((talk) => (
          <li key={talk.key}>
            <TalkRow talk={talk} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function TalkRow({ talk }: { talk: Summary }) {
  const store = useStore();
  const say = useSay();
  const { key, preview, lastMessageAt, unread, unsent, status } = talk;
  const ago = lastMessageAt === null ? "" : agoOf(Date.parse(lastMessageAt), store.now(), store.words.value);
  const state = unsent > 0 ? say("sending") : ago;
  return (
    <button type="button" class="row" {...leads(`talk-${key}`)} onClick={() => store.talk(key)}>
      <span class={status === "open" ? "sign" : "sign over"}>
        <Icon line={status === "open" ? talkLine : tickLine} />
      </span>
      <span class="lines">
        <span class={unread > 0 ? "line strong-line" : "line"} dir="auto">{preview}</span>
        <small>{state}</small>
      </span>
      {unread > 0 ? (
        <span class="count">
          <span aria-hidden="true">{unread > 9 ? "9+" : unread}</span>
          <span class="unseen">{say("unreadMessages", { n: unread })}</span>
        </span>
      ) : (
        <Icon line={onwardLine} turns />
      )}
    </button>
  );
}

function Articles() {
  const store = useStore();
  const say = useSay();
  const { list, state } = useArticles("");
  return (
    <section class="card" aria-labelledby="help">
      <h2 id="help">{say("help")}</h2>
      <button type="button" class="searcher" {...leads("search")} onClick={() => store.route.go({ screen: "help" })}>
        <Icon line={searchLine} />
        {say("searchHelp")}
      </button>
      {state === "failed" ? <p class="hint">{say("helpFailed")}</p> : <Entries list={list?.slice(0, few) ?? null} />}
      {list && list.length > few && (
        <button type="button" class="link all" {...leads("all")} onClick={() => store.route.go({ screen: "help" })}>
          {say("allArticles")}
        </button>
      )}
    </section>
  );
}
