import { NumberInput, Switch } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answer, api, type Schemas } from "../api/client.js";
import { keys } from "../api/keys.js";
import { type Me, useMe } from "../session/me.js";
import { blame, useAct } from "../ui/act.js";
import { useDraft } from "../ui/draft.js";
import { FormSection } from "../ui/FormSection.js";
import parts from "../ui/parts.module.css";
import { SaveBar } from "../ui/SaveBar.js";

/** What one gets letters about. */
export function NoticesTab() {
  const { t } = useTranslation("settings");
  const { t: shell } = useTranslation();
  const queries = useQueryClient();
  const { user } = useMe();
  const draft = useDraft<Schemas["Notices"]>(user.notices);
  const { data: methods } = useQuery({ queryKey: keys.methods, queryFn: () => answer(api.GET("/auth/methods")) });
  const save = useAct((notices: Partial<Schemas["Notices"]>) => answer(api.PATCH("/me", { body: { notices } })), {
    says: shell("saved"),
    then: (changed, saved) => {
      queries.setQueryData<Me>(keys.me, (me) => me && { ...me, user: changed });
      draft.settle(saved);
    },
  });
  const { value, set } = draft;
  return (
    <>
      <FormSection title={t("notices")} hint={t("noticesHint")}>
        {methods && !methods.mail ? <p className={parts.warning}>{t("noMail")}</p> : null}
        <Switch label={t("noticeNew")} checked={value.new_conversation} onChange={(event) => set({ new_conversation: event.currentTarget.checked })} />
        <Switch label={t("noticeAssigned")} checked={value.assigned} onChange={(event) => set({ assigned: event.currentTarget.checked })} />
        <Switch label={t("noticeMentioned")} checked={value.mentioned} onChange={(event) => set({ mentioned: event.currentTarget.checked })} />
        <NumberInput label={t("noticeWaiting")} description={t("zeroNever")} min={0} max={1440} clampBehavior="strict" allowDecimal={false} w={220} error={blame(save.error, "notices")} value={value.waiting_minutes} onChange={(minutes) => set({ waiting_minutes: Number(minutes) || 0 })} />
      </FormSection>
      <SaveBar dirty={draft.dirty} busy={save.isPending} onSave={() => save.mutate(draft.changes)} onReset={draft.reset} />
    </>
  );
}
