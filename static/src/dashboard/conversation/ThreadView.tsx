import { useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client.js";
import { useDesk } from "../live/LiveProvider.js";
import { useStore } from "../live/store.js";
import { useMe } from "../session/me.js";
import { ErrorState } from "../ui/ErrorState.js";
import { Icon } from "../ui/Icon.js";
import { ChevronDown } from "../ui/icons.js";
import { dayName } from "../ui/time.js";
import { useThread } from "./queries.js";
import { Markdown } from "../ui/Markdown.js";
import { Bubble, MessageView } from "./MessageView.js";
import type { Outgoing } from "./outbox.js";
import { useOutgoing } from "./OutboxProvider.js";
import { OutgoingView } from "./OutgoingView.js";
import { breathOf, rowsOf, together } from "./rows.js";
import style from "./thread.module.css";

const nearEnd = 80;
const nearStart = 120;

interface ThreadProps {
  conversation: Schemas["Conversation"];
  contact: string;
  edit: (entry: Outgoing) => void;
}

/** What was said, from day to day, with what is being said. */
export function ThreadView({ conversation: { id }, contact, edit }: ThreadProps) {
  const { t } = useTranslation("conversation");
  const thread = useThread(id);
  const outgoing = useOutgoing(id);
  const { user } = useMe();
  const breaths = outgoing.map((entry) => breathOf(entry, user));
  const desk = useDesk();
  const bubbles = useStore(desk.bubbles).get(id) ?? [];
  const typing = useStore(desk.typing).get(id);
  const messages = thread.data?.messages;
  const rows = useMemo(() => rowsOf(messages ?? []), [messages]);
  const { scroll, onScroll, away, toEnd } = useScrolling(id, messages?.length ?? 0, messages?.[0]?.id, outgoing.length + bubbles.reduce((sum, { text }) => sum + text.length, 0) + (typing ? 1 : 0), () => {
    // Who scrolls on asks again.
    if (thread.hasOlder) thread.older().catch(() => undefined);
  });
  if (thread.error && !messages) return <ErrorState error={thread.error} retry={thread.refetch} />;
  return (
    <div className={style.room}>
      <div ref={scroll} className={style.scroll} onScroll={onScroll} role="log" aria-label={t("messages")} aria-live="off" tabIndex={0}>
        <div className={style.thread}>
          {thread.hasOlder ? <p className={style.older}>{t("older")}</p> : null}
          {rows.map((row) =>
            row.kind === "day" ? (
              <h3 key={row.key} className={style.day}>
                <span>{dayName(row.at)}</span>
              </h3>
            ) : (
              <MessageView key={row.key} message={row.message} contact={contact} first={row.first} last={row.last} />
            ),
          )}
          {bubbles.map(({ id: bubble, author, text }) => (
            <Bubble key={bubble} side="ours" name={author || t("assistant")} first bot faint>
              <Markdown>{text}</Markdown>
            </Bubble>
          ))}
          {outgoing.map((entry, i) => (
            <OutgoingView key={entry.key} entry={entry} first={!together(i > 0 ? breaths[i - 1] : bubbles.length ? undefined : messages?.at(-1), breaths[i])} edit={edit} />
          ))}
          {typing ? <Typing name={typing} /> : null}
        </div>
      </div>
      {messages ? <Newest key={id} message={messages.at(-1)} contact={contact} /> : null}
      {away ? (
        <button type="button" className={style.toEnd} onClick={toEnd} aria-label={t("toNewest")}>
          <Icon of={ChevronDown} />
        </button>
      ) : null}
    </div>
  );
}

/** Says aloud what comes while one is here; not what is drawn by going here, by scrolling up, or letter by letter. */
function Newest({ message, contact }: { message: Schemas["Message"] | undefined; contact: string }) {
  const { t } = useTranslation("conversation");
  const [before] = useState(message?.id);
  return (
    <p className="unseen" aria-live="polite">
      {message && message.id !== before ? aloud(message, message.sender?.name ?? (message.sent_by === "contact" ? contact : message.sent_by === "system" ? "" : t("assistant")), t("teamOnly")) : null}
    </p>
  );
}

/** Who says what: of a note that it is one, and of files their names. */
const aloud = ({ internal, content, attachments }: Schemas["Message"], name: string, teamOnly: string): string =>
  [[name, internal ? teamOnly : ""].filter(Boolean).join(", "), [content, ...attachments.map(({ filename }) => filename)].filter(Boolean).join(", ")].filter(Boolean).join(": ");

function Typing({ name }: { name: string }) {
  const { t } = useTranslation("conversation");
  return (
    <p className={style.typing} role="status">
      <span className={style.dots} aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {t("typing", { name })}
    </p>
  );
}

/** Stays at the newest message while one is there, and keeps the place while older ones come in above. */
function useScrolling(id: string, count: number, oldest: string | undefined, pending: number, older: () => void) {
  const scroll = useRef<HTMLDivElement>(null);
  const state = useRef({ id: "", atEnd: true, oldest: undefined as string | undefined, height: 0 });
  const [away, setAway] = useState(false);
  useLayoutEffect(() => {
    const element = scroll.current;
    if (!element) return;
    const was = state.current;
    if (was.id !== id || was.atEnd) element.scrollTop = element.scrollHeight;
    else if (was.oldest !== oldest) element.scrollTop += element.scrollHeight - was.height;
    state.current = { id, atEnd: was.id !== id || was.atEnd, oldest, height: element.scrollHeight };
    if (was.id !== id) setAway(false);
  }, [id, count, oldest, pending]);
  const onScroll = (): void => {
    const element = scroll.current;
    if (!element) return;
    const rest = element.scrollHeight - element.scrollTop - element.clientHeight;
    state.current.atEnd = rest < nearEnd;
    state.current.height = element.scrollHeight;
    setAway(rest > 400);
    if (element.scrollTop < nearStart) older();
  };
  const toEnd = (): void => scroll.current?.scrollTo({ top: scroll.current.scrollHeight, behavior: "smooth" });
  return { scroll, onScroll, away, toEnd };
}
