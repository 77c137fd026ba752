import { TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answer, api } from "../api/client.js";
import { keys } from "../api/keys.js";
import { type Me, useMe } from "../session/me.js";
import { blame, useAct } from "../ui/act.js";
import { useDraft } from "../ui/draft.js";
import { FormSection } from "../ui/FormSection.js";
import { SaveBar } from "../ui/SaveBar.js";

/** One's own name and address. */
export function ProfileTab() {
  const { t } = useTranslation("settings");
  const { t: shell } = useTranslation();
  const queries = useQueryClient();
  const { user } = useMe();
  const draft = useDraft({ name: user.name });
  const save = useAct((changes: Partial<typeof draft.value>) => answer(api.PATCH("/me", { body: changes })), {
    says: shell("saved"),
    stale: [keys.users],
    then: (changed, saved) => {
      queries.setQueryData<Me>(keys.me, (me) => me && { ...me, user: changed });
      draft.settle(saved);
    },
  });
  return (
    <>
      <FormSection title={t("profile")} hint={t("profileHint")}>
        <TextInput label={t("name")} value={draft.value.name} maxLength={255} error={blame(save.error, "name")} autoComplete="name" onChange={(event) => draft.set({ name: event.currentTarget.value })} />
        <TextInput label={t("email")} description={t("emailHint")} value={user.email} readOnly dir="ltr" />
        <TextInput label={t("role")} value={t(user.role)} readOnly />
      </FormSection>
      <SaveBar dirty={draft.dirty} busy={save.isPending} onSave={() => save.mutate(draft.changes)} onReset={draft.reset} />
    </>
  );
}
