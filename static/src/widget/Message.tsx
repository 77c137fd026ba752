import { useEffect, useState } from "preact/hooks";
import { filesLost, type Outgoing, tooOld } from "../shared/outbox.js";
import type { Citation } from "../shared/wire.js";
import { useSay, useStore } from "./context.js";
import { Avatar } from "./Avatar.js";
import { Attachments, OwnFiles } from "./Files.js";
import { percentOf, spanOf, timeOf } from "./format.js";
import { clockLine, pageLine } from "./drawings/talk.js";
import { Icon } from "./icons.js";
import { Marked, Plain } from "./rich.js";
import { leads } from "./route.js";
import type { Bubble } from "./rows.js";

/** One message as a bubble, with its author above a run and its time below. */
export function Message({ bubble, newest }: { bubble: Bubble; newest: boolean }) {
  const { words } = useStore();
  const say = useSay();
  const { own, author, avatar, assistant, body, moment, attachments, citations, outgoing, first, last } = bubble;
  const place = `message ${own ? "own" : "team"}${first ? " first" : ""}${last ? " last" : ""}`;
  const named = first && !own;
  return (
    <div class={place}>
      {named && <Avatar name={author} avatar={avatar} assistant={assistant} />}
      <span class={named ? "author" : "unseen"}>
        <bdi>{own ? say("you") : author || say("team")}</bdi>
        <span class="unseen">{`, ${timeOf(moment, words.value)}:`}</span>
      </span>
      {outgoing ? <OwnFiles files={outgoing.files} names={outgoing.filenames} /> : <Attachments attachments={attachments} />}
      {body && (
        <div class="bubble" {...(own ? { dir: "auto" as const } : {})}>
          {own ? <Plain text={body} /> : <Marked text={body} />}
        </div>
      )}
      {citations.length > 0 && <Sources citations={citations} at={bubble.key} />}
      <Foot bubble={bubble} newest={newest} />
    </div>
  );
}

/** The articles behind an answer, one touch away. */
function Sources({ citations, at }: { citations: readonly Citation[]; at: string }) {
  const { route } = useStore();
  const say = useSay();
  return (
    <ul class="sources" aria-label={say("sources")}>
      {citations.map(({ title, article }) => (
        <li key={article}>
          <button type="button" {...leads(`${at}-${article}`)} onClick={() => route.go({ screen: "article", id: String(article) })}>
            <Icon line={pageLine} />
            <bdi>{title}</bdi>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Below a run: when, and how far an own message has come. */
function Foot({ bubble, newest }: { bubble: Bubble; newest: boolean }) {
  const { words } = useStore();
  const say = useSay();
  const { outgoing, own, seen, last, moment } = bubble;
  if (outgoing && outgoing.delivery !== "sent") return <Delivery outgoing={outgoing} last={last} />;
  if (!last) return null;
  return (
    <p class="foot" aria-hidden={!newest}>
      <time dateTime={new Date(moment).toISOString()}>{timeOf(moment, words.value)}</time>
      {own && newest && <span> · {say(seen ? "seen" : "sent")}</span>}
    </p>
  );
}

function Delivery({ outgoing, last }: { outgoing: Outgoing; last: boolean }) {
  const say = useSay();
  if (outgoing.delivery === "failed") return <Failure outgoing={outgoing} />;
  if (outgoing.delivery === "limited") return <Countdown until={outgoing.retryAt ?? 0} />;
  if (outgoing.filenames.length > 0) return <Upload outgoing={outgoing} />;
  return last ? <p class="foot sending">{say("sending")}</p> : null;
}

/** Files take their time: how far they are, and the ways out. A screen reader asks for the figure when it wants it. */
function Upload({ outgoing }: { outgoing: Outgoing }) {
  const { client, words } = useStore();
  const say = useSay();
  const { client_id, progress, stalled } = outgoing;
  return (
    <div class="foot upload" aria-live="off">
      <progress aria-label={say("sending")} max={1} {...(progress === undefined ? {} : { value: progress })} />
      <span aria-hidden="true">{progress === undefined ? say("sending") : percentOf(progress, words.value)}</span>
      {stalled && (
        <button type="button" class="link" onClick={() => client.retry(client_id)}>
          {say("retry")}
        </button>
      )}
      <button type="button" class="link" onClick={() => client.discard(client_id)}>
        {say("cancel")}
      </button>
    </div>
  );
}

function Countdown({ until }: { until: number }) {
  const { words } = useStore();
  const say = useSay();
  const left = () => Math.max(0, Math.ceil((until - Date.now()) / 1000));
  const [seconds, setSeconds] = useState(left);
  useEffect(() => {
    setSeconds(left);
    const timer = setInterval(() => setSeconds(left), 1000);
    return () => clearInterval(timer);
  }, [until]);
  return (
    // The figure changes every second; a screen reader hears it when it asks.
    <p class="foot limited" aria-live="off">
      <Icon line={clockLine} />
      {say("limited", { time: spanOf(seconds, words.value) })}
    </p>
  );
}

function Failure({ outgoing }: { outgoing: Outgoing }) {
  const { client } = useStore();
  const say = useSay();
  const { client_id, error } = outgoing;
  const reason = error === filesLost ? say("filesLost") : error === tooOld ? say("tooOld") : error || say("failed");
  return (
    <div class="foot failed">
      <p>{reason}</p>
      {error !== filesLost && (
        <button type="button" class="link" onClick={() => client.retry(client_id)}>
          {say("retry")}
        </button>
      )}
      <button type="button" class="link" onClick={() => client.discard(client_id)}>
        {say("discard")}
      </button>
    </div>
  );
}
