import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client.js";
import { acts, useActs } from "../inbox/acts.js";
import { Icon } from "../ui/Icon.js";
import { Archive, Bot, CircleCheck, TriangleAlert } from "../ui/icons.js";
import style from "./conversation.module.css";

/** Why the assistant has handed a conversation over, if it has. */
type Handed = Schemas["Conversation"] & { handoff_reason?: "asked" | "no_answer" | "turns" | "budget" | "agent" | null };

/** What one must know before answering: the assistant answers, it has given up, or the conversation is closed. */
export function StateLine({ conversation }: { conversation: Handed }) {
  const { t } = useTranslation("conversation");
  const { run } = useActs();
  const { id, status, assistant_active: bot, handoff_reason: handed, resolution_reason: reason } = conversation;
  if (bot) {
    return (
      <div className={style.state} data-tone="accent">
        <Icon of={Bot} size={15} />
        <span>{t("assistantAnswers")}</span>
        <Button size="compact-sm" variant="default" onClick={() => void run(id, acts.takeOver(id))}>
          {t("takeOver")}
        </Button>
      </div>
    );
  }
  if (status !== "open") {
    return (
      <div className={style.state}>
        <Icon of={status === "closed" ? CircleCheck : Archive} size={15} />
        <span>
          {t(status === "closed" ? "isClosed" : "isArchived")}
          {reason ? ` · ${t(`reason_${reason}`)}` : ""}
        </span>
        <Button size="compact-sm" variant="default" onClick={() => void run(id, acts.reopen(id))}>
          {t("reopen")}
        </Button>
      </div>
    );
  }
  if (!handed) return null;
  return (
    <div className={style.state} data-tone={handed === "agent" ? undefined : "warn"}>
      <Icon of={handed === "agent" ? Bot : TriangleAlert} size={15} />
      <span>{t(`handed_${handed}`)}</span>
      <Button size="compact-sm" variant="default" onClick={() => void run(id, acts.release(id))}>
        {t("release")}
      </Button>
    </div>
  );
}
