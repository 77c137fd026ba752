import { Link } from "@tanstack/react-router";
import { memo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client.js";
import { Marks } from "../shell/Marked.js";
import { Avatar } from "../ui/Avatar.js";
import { Icon } from "../ui/Icon.js";
import { Bot, CircleAlert, Signal } from "../ui/icons.js";
import { plain } from "../ui/marks.js";
import { briefTime, fullTime } from "../ui/time.js";
import { channelIcons } from "./channels.js";
import { begun, highlightIn } from "./excerpts.js";
import type { InboxSearch } from "./filter.js";
import style from "./list.module.css";
import { LabelDots } from "./LabelDots.js";

interface RowProps {
  conversation: Schemas["Conversation"];
  open: boolean;
  selected: boolean;
  /** Whether something is selected: then the boxes stay in sight. */
  selecting: boolean;
  typing: string | undefined;
  select: (id: string, range: boolean) => void;
  /** What is searched for, and where it was said. */
  find: string | undefined;
  excerpt: Schemas["Highlight"] | undefined;
}

/** What a conversation's contact is called. */
export const nameOf = ({ contact, author_name }: Pick<Schemas["Conversation"], "contact" | "author_name">): string => contact.full_name || author_name || contact.email || contact.phone || "?";

/** A sign, with its word for who points at it and for who does not see it. */
const Sign = ({ says, className, children }: { says: string; className: string | undefined; children: ReactNode }) => (
  <span className={className} title={says}>
    {children}
    <span className="unseen">{says}</span>
  </span>
);

/** A text with the words that are searched for marked. */
function Found({ text, find }: { text: string; find: string | undefined }) {
  const marked = find ? highlightIn(text, find) : null;
  return marked ? <Marks highlight={marked} /> : <>{text}</>;
}

/** What was said last, or the subject; during a search what has the words, if anything is known that has. */
function Said({ conversation: c, find, excerpt }: Pick<RowProps, "conversation" | "find" | "excerpt">) {
  const texts = [plain(c.last_message_preview), c.subject ?? ""].filter(Boolean);
  const marked = find ? texts.map((text) => highlightIn(text, find)).find((hit) => hit !== null) : undefined;
  if (marked) return <Marks highlight={begun(marked)} />;
  if (!find || !excerpt) return <>{texts[0]}</>;
  return <Marks highlight={highlightIn(plain(excerpt.snippet), find) ?? excerpt} />;
}

/** One conversation in the list. */
export const Row = memo(function Row({ conversation: c, open, selected, selecting, typing, select, find, excerpt }: RowProps) {
  const { t } = useTranslation("inbox");
  const name = nameOf(c);
  const unread = c.unread_count > 0;
  return (
    <div className={style.row} data-open={open || undefined} data-selected={selected || undefined} data-unread={unread || undefined} data-selecting={selecting || undefined}>
      <label className={style.pick}>
        <input type="checkbox" checked={selected} aria-label={t("select", { name })} onChange={(event) => select(c.id, (event.nativeEvent as MouseEvent).shiftKey)} />
      </label>
      <Link to="/inbox/$conversation" params={{ conversation: c.id }} search={(now: InboxSearch) => now} className={style.link ?? ""} aria-current={open ? "true" : undefined} data-conversation={c.id}>
        <span className={style.face}>
          <Avatar name={name} size={34} />
          <Sign says={t(`channel_${c.channel}`)} className={style.channel}>
            <Icon of={channelIcons[c.channel]} size={11} />
          </Sign>
        </span>
        <span className={style.words}>
          <span className={style.line}>
            <bdi className={style.name}>
              <Found text={name} find={find} />
            </bdi>
            {c.priority === "urgent" || c.priority === "high" ? (
              <Sign says={t(`priority_${c.priority}`)} className={style[c.priority]}>
                <Icon of={c.priority === "urgent" ? CircleAlert : Signal} size={13} />
              </Sign>
            ) : null}
            <time className={style.time} dateTime={c.last_message_at} title={fullTime(c.last_message_at)}>
              {briefTime(c.last_message_at)}
            </time>
          </span>
          <span className={style.line}>
            <bdi className={typing ? style.typing : style.preview}>{typing ? t("typing", { name: typing }) : <Said conversation={c} find={find} excerpt={excerpt} />}</bdi>
          </span>
          <span className={style.line}>
            <LabelDots labels={c.labels} />
            {c.assistant_active ? (
              <Sign says={t("assistantAnswers")} className={style.bot}>
                <Icon of={Bot} size={13} />
              </Sign>
            ) : null}
            {c.assigned_to ? (
              <Sign says={t("assignedTo", { name: c.assigned_to.name })} className={style.owner}>
                <Avatar name={c.assigned_to.name} size={16} />
              </Sign>
            ) : null}
            {unread ? (
              <span className={style.badge}>
                <span aria-hidden="true">{c.unread_count > 99 ? "99+" : c.unread_count}</span>
                <span className="unseen">{t("unread", { count: c.unread_count })}</span>
              </span>
            ) : null}
          </span>
        </span>
      </Link>
    </div>
  );
});
