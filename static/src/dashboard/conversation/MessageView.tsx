import { memo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client.js";
import { Avatar } from "../ui/Avatar.js";
import { Icon } from "../ui/Icon.js";
import { Bot, Check, CheckCheck, CircleAlert, Lock } from "../ui/icons.js";
import { clock, fullTime } from "../ui/time.js";
import { useFailure } from "./failure.js";
import { Files } from "./Files.js";
import { Markdown } from "../ui/Markdown.js";
import style from "./thread.module.css";

type Message = Schemas["Message"];
type Side = "theirs" | "ours" | "note" | "system";

/** On which side a message stands, and in which colour. */
export const sideOf = ({ sent_by, internal }: Pick<Message, "sent_by" | "internal">): Side => (internal ? "note" : sent_by === "contact" ? "theirs" : sent_by === "system" ? "system" : "ours");

/** One message. */
export const MessageView = memo(function MessageView({ message, contact, first, last }: { message: Message; contact: string; first: boolean; last: boolean }) {
  const { t } = useTranslation("conversation");
  const failure = useFailure();
  const side = sideOf(message);
  if (side === "system") return <p className={style.system}>{message.content}</p>;
  const name = message.sender?.name ?? (side === "theirs" ? contact : t("assistant"));
  return (
    <Bubble side={side} name={name} first={first} bot={message.sent_by === "assistant"}>
      {message.content ? <Markdown>{message.content}</Markdown> : null}
      {message.attachments.length ? <Files files={message.attachments} /> : null}
      {message.status === "failed" ? (
        <p className={style.failed}>
          <Icon of={CircleAlert} size={13} /> {t("notDelivered")} {message.failure_reason ? <bdi>{failure(message.failure_reason)}</bdi> : null}
        </p>
      ) : null}
      {last ? (
        <span className={style.foot}>
          <time dateTime={message.sent_at} title={fullTime(message.sent_at)}>
            {clock(message.sent_at)}
          </time>
          {side === "ours" ? <Status status={message.status} /> : null}
        </span>
      ) : null}
    </Bubble>
  );
});

/** The frame of what somebody says. */
export function Bubble({ side, name, first, bot = false, faint = false, children }: { side: Side; name: string; first: boolean; bot?: boolean; faint?: boolean; children: ReactNode }) {
  const { t } = useTranslation("conversation");
  return (
    <div className={style.message} data-side={side} data-first={first || undefined} data-faint={faint || undefined}>
      <span className={style.face}>{first && side === "theirs" ? <Avatar name={name} size={26} /> : null}</span>
      <div className={style.stack}>
        {first ? (
          <span className={style.who}>
            {bot ? <Icon of={Bot} size={13} /> : null}
            <bdi>{name}</bdi>
            {side === "note" ? (
              <span className={style.noteTag}>
                <Icon of={Lock} size={11} /> {t("teamOnly")}
              </span>
            ) : null}
          </span>
        ) : null}
        <div className={style.bubble}>{children}</div>
      </div>
    </div>
  );
}

function Status({ status }: { status: Message["status"] }) {
  const { t } = useTranslation("conversation");
  if (status === "failed" || status === "received") return null;
  return (
    <span className={style.status} data-status={status}>
      <Icon of={status === "sent" ? Check : CheckCheck} size={13} />
      <span className="unseen">{t(`message_${status}`)}</span>
    </span>
  );
}
