import { useTranslation } from "react-i18next";
import { useMe } from "../session/me.js";
import { Icon } from "../ui/Icon.js";
import { CircleAlert, Clock } from "../ui/icons.js";
import { Files } from "./Files.js";
import { Markdown } from "../ui/Markdown.js";
import { Bubble } from "./MessageView.js";
import type { Outgoing } from "./outbox.js";
import { useOutbox } from "./OutboxProvider.js";
import style from "./thread.module.css";

/** What is on its way, where it will stand; with what to do if it was refused. */
export function OutgoingView({ entry, first, edit }: { entry: Outgoing; first: boolean; edit: (entry: Outgoing) => void }) {
  const { t } = useTranslation(["conversation", "inbox", "shell"]);
  const { user } = useMe();
  const outbox = useOutbox();
  const takeBack = (): void => {
    // First where it can be written anew, then out of here: nothing in between may lose it.
    edit(entry);
    outbox.discard(entry.key);
  };
  return (
    <Bubble side={entry.internal ? "note" : "ours"} name={user.name} first={first} faint={entry.state !== "refused"}>
      {entry.content ? <Markdown>{entry.content}</Markdown> : null}
      {entry.attachments.length ? <Files files={entry.attachments} /> : null}
      {entry.state === "refused" ? (
        <div className={style.failed} role="alert">
          <Icon of={CircleAlert} size={13} /> {t("notSent")} {entry.error}
          <span className={style.failedActs}>
            <button type="button" onClick={() => outbox.retry(entry.key)}>
              {t("shell:retry")}
            </button>
            <button type="button" onClick={takeBack}>
              {t("edit")}
            </button>
          </span>
        </div>
      ) : (
        <span className={style.foot}>
          <Icon of={Clock} size={12} />
          {entry.state === "waiting" ? t("waiting") : t("sending")}
        </span>
      )}
    </Bubble>
  );
}
