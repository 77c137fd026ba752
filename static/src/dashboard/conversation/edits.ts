import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client.js";
import { useActs } from "../inbox/acts.js";
import { edit, type Field } from "../inbox/edit.js";
import { nameOf } from "../inbox/Row.js";
import { useNotify } from "../ui/notify.js";

type Conversation = Schemas["Conversation"];

/** A change of a field: of which conversation as it looked when it was begun, and the value it shall have. */
export interface Edit<F extends Field = Field> {
  begun: Conversation;
  field: F;
  value: Conversation[F];
}

/**
 * Changes fields of conversations over what others do to them meanwhile. Where somebody else was faster with
 * the same field, both values are shown and one chooses, wherever at the desk one is by then; `asks` does so
 * in its own way, and says whether it could.
 */
export function useEdit() {
  const queries = useQueryClient();
  const notify = useNotify();
  const { run } = useActs();
  const { t } = useTranslation(["conversation", "inbox"]);
  return useCallback(
    function change({ begun, field, value }: Edit, asks?: (now: Conversation) => boolean): Promise<boolean> {
      const id = `${field} ${begun.id}`;
      const worded = (of: Conversation[Field]): string => {
        if (of === null) return field === "subject" ? t("noSubject") : t("nobody");
        if (typeof of === "object") return of.name;
        return field === "priority" ? t(`inbox:priority_${of as Conversation["priority"]}`) : of;
      };
      // A new choice is an answer to what was asked about the one before.
      notify.settled(id);
      return run(begun.id, edit(queries, begun, field, value), (now) => {
        if (asks?.(now)) return;
        notify.choice(id, t("changedMeanwhile"), t("overtaken", { field: t(field), name: nameOf(begun), theirs: worded(now[field]), mine: worded(value) }), [
          { word: t("saveMine"), go: () => void change({ begun: now, field, value }) },
          { word: t("keepTheirs") },
        ]);
      });
    },
    [queries, notify, run, t],
  );
}
