import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Snapshot } from "../shared/client.js";
import { useSay, useStore } from "./context.js";
import { Avatar } from "./Avatar.js";
import { Message } from "./Message.js";
import { layOut, type Row } from "./rows.js";
import { Marked } from "./rich.js";

/** So many messages are drawn at first; the button above them brings as many more. */
const page = 100;
/** Within this distance of the end, in pixels, the view stays at the end. */
const near = 80;

/** The conversation. New messages are announced politely; what was there before is not. */
export function Log() {
  const { snapshot, words, open } = useStore();
  const say = useSay();
  const [pages, setPages] = useState(1);
  const view = snapshot.value;
  const calm = useCalm(view, pages);
  const live = calm === pages;
  const atEnd = useRef(true);
  const { length } = view.messages;
  const from = useStart(length - pages * page, live, atEnd.current);
  const rows = useMemo(() => layOut(view, words.value, Date.now(), from), [view, words.value, from]);
  const { log, away, toEnd } = useEnd(rows, view, open.value, atEnd);
  return (
    <div class="log-place">
      <div ref={log} class={calm > 0 ? "log live" : "log"} role="log" aria-live={live ? "polite" : "off"} aria-label={say("log")} tabIndex={0}>
        {from > 0 ? (
          <button type="button" class="link earlier" onClick={() => setPages(Math.ceil((length - from) / page) + 1)}>
            {say("earlier")}
          </button>
        ) : (
          <Greeting />
        )}
        <Rows rows={rows} />
        <Streaming view={view} />
        <Typing view={view} />
      </div>
      {away && (
        <button type="button" class="to-end" onClick={toEnd}>
          {say("newMessages")}
        </button>
      )}
    </div>
  );
}

function Rows({ rows }: { rows: readonly Row[] }) {
  const newest = rows.findLast((row) => row.kind === "bubble");
  return (
    <>
      {rows.map((row) =>
        row.kind === "bubble" ? (
          <Message key={row.key} bubble={row} newest={row === newest} />
        ) : (
          <p key={row.key} class={row.kind} dir="auto">
            {row.text}
          </p>
        ),
      )}
    </>
  );
}

function Greeting() {
  const { config, look } = useStore();
  const { name = "" } = config.value ?? {};
  const { greeting } = look.value;
  return greeting ? (
    <div class="greeting">
      <Avatar name={name} />
      <p dir="auto">{greeting}</p>
    </div>
  ) : null;
}

/** An answer of the assistant while it is made; its message follows and takes its place. */
function Streaming({ view }: { view: Snapshot }) {
  return (
    <>
      {view.streaming.map(({ id, author, text }) => (
        <div key={id} class="message team first last streams" aria-live="off">
          <Avatar name={author} assistant />
          <span class="author">
            <bdi>{author}</bdi>
          </span>
          <div class="bubble">
            <Marked text={text} />
          </div>
        </div>
      ))}
    </>
  );
}

function Typing({ view }: { view: Snapshot }) {
  const { typing: author, assistantActive, messages } = view;
  const face = messages.findLast((message) => message.author === author && message.direction === "outbound");
  const say = useSay();
  if (author === null) return null;
  return (
    <div class="message team first last typing">
      <Avatar name={author} avatar={face?.avatar} assistant={assistantActive} />
      <span class="unseen">{say("typing", { name: author || say("team") })}</span>
      <p class="bubble" aria-hidden="true">
        <i />
        <i />
        <i />
      </p>
    </div>
  );
}

/** The number of pages that have been there for a moment, history or older ones: from then on what comes is news. */
function useCalm(view: Snapshot, pages: number): number {
  const [calm, setCalm] = useState(0);
  const ready = view.messages.length > 0;
  useEffect(() => {
    if (!ready) return;
    const timer = setTimeout(() => setCalm(pages), 300);
    return () => clearTimeout(timer);
  }, [ready, pages]);
  return calm;
}

/**
 * Where the drawing begins. What is drawn already is left alone, for a first line that is made anew with
 * each message would be read aloud, and would move what somebody reads; only at the end whole pages go.
 */
function useStart(wanted: number, live: boolean, atEnd: boolean): number {
  const start = useRef(0);
  if (!live || wanted < start.current || (atEnd && wanted - start.current > page)) start.current = Math.max(0, wanted);
  return start.current;
}

/** Keeps the view at the end, unless the visitor scrolled up; then it says that there is news. */
function useEnd(rows: readonly Row[], view: Snapshot, open: boolean, atEnd: { current: boolean }) {
  const log = useRef<HTMLDivElement>(null);
  const answer = view.messages.findLast(({ direction }) => direction === "outbound")?.id;
  const [away, setAway] = useState(false);
  const toEnd = () => {
    const box = log.current;
    if (box) box.scrollTop = box.scrollHeight;
    setAway(false);
  };
  useEffect(() => {
    const box = log.current;
    if (!box) return;
    const note = () => {
      atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < near;
      if (atEnd.current) setAway(false);
    };
    box.addEventListener("scroll", note, { passive: true });
    // Pictures arrive late and push the end down; so does a composer that grows.
    const watch = new ResizeObserver(() => atEnd.current && toEnd());
    for (const element of [box, ...box.children]) watch.observe(element);
    return () => {
      box.removeEventListener("scroll", note);
      watch.disconnect();
    };
  }, [rows]);
  // Whatever is drawn, also a passing sign of typing, must not push the end out of view.
  useLayoutEffect(() => {
    if (atEnd.current) toEnd();
  });
  useLayoutEffect(() => {
    if (!atEnd.current) setAway(true);
  }, [answer]);
  // Who sends a message or opens the panel wants to see the end.
  useLayoutEffect(toEnd, [view.outgoing.at(-1)?.client_id, open]);
  return { log, away, toEnd };
}
