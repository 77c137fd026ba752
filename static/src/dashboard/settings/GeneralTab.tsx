import { Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answer, api, type Schemas } from "../api/client.js";
import { keys } from "../api/keys.js";
import { blame, useAct } from "../ui/act.js";
import { CopyField } from "../ui/CopyField.js";
import { useDraft } from "../ui/draft.js";
import { FormSection } from "../ui/FormSection.js";
import { Loaded } from "../ui/Loaded.js";
import { SaveBar } from "../ui/SaveBar.js";
import { zones } from "./zones.js";

/** The account: its name, and where its days begin. */
export function GeneralTab() {
  const query = useQuery({ queryKey: keys.account, queryFn: ({ signal }) => answer(api.GET("/account", { signal })) });
  return <Loaded query={query}>{(account) => <General account={account} />}</Loaded>;
}

function General({ account }: { account: Schemas["Account"] }) {
  const { t } = useTranslation("settings");
  const { t: shell } = useTranslation();
  const draft = useDraft({ name: account.name, time_zone: account.time_zone });
  const save = useAct((changes: Partial<typeof draft.value>) => answer(api.PATCH("/account", { body: changes })), { says: shell("saved"), stale: [keys.account, keys.me, ["reports"]], reset: draft.settle });
  return (
    <>
      <FormSection title={t("general")} hint={t("generalHint")}>
        <TextInput label={t("accountName")} value={draft.value.name} maxLength={255} error={blame(save.error, "name")} onChange={(event) => draft.set({ name: event.currentTarget.value })} />
        <Select label={t("timeZone")} description={t("timeZoneHint")} searchable limit={60} data={zones(account.time_zone)} value={draft.value.time_zone} error={blame(save.error, "time_zone")} allowDeselect={false} onChange={(zone) => (zone ? draft.set({ time_zone: zone }) : undefined)} />
        <CopyField label={t("accountId")} value={account.id} />
      </FormSection>
      <SaveBar dirty={draft.dirty} busy={save.isPending} onSave={() => save.mutate(draft.changes)} onReset={draft.reset} />
    </>
  );
}
