import { Button, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, type Schemas } from "../api/client.js";
import { keys } from "../api/keys.js";
import { useAct } from "../ui/act.js";
import { ConfirmDialog } from "../ui/ConfirmDialog.js";
import { CopyField } from "../ui/CopyField.js";
import { useDraft } from "../ui/draft.js";
import { FormSection } from "../ui/FormSection.js";
import { Icon } from "../ui/Icon.js";
import { CircleAlert, CircleCheck } from "../ui/icons.js";
import { Loaded } from "../ui/Loaded.js";
import { SaveBar } from "../ui/SaveBar.js";
import { TabHead } from "../ui/TabHead.js";
import { channelQuery, kindsQuery } from "./channel.js";
import { ChannelFields } from "./ChannelFields.js";
import { useChannelWords } from "./words.js";
import style from "./integrations.module.css";

type Account = Schemas["ChannelAccount"];

/** One account of a channel: its settings, what to paste at the provider, and whether it lets us in. */
export function ChannelTab() {
  const { id } = useParams({ from: "/desk/settings/channels/$id" });
  const query = useQuery(channelQuery(id));
  return <Loaded query={query}>{(account) => <Body key={account.id} account={account} />}</Loaded>;
}

function Body({ account }: { account: Account }) {
  const { t } = useTranslation("integrations");
  const { t: shell } = useTranslation();
  const words = useChannelWords();
  const { data: kinds } = useQuery(kindsQuery);
  const kind = kinds?.data.find((one) => one.kind === account.kind);
  const draft = useDraft<{ name: string; enabled: boolean; settings: Readonly<Record<string, string | null>> }>({ name: account.name, enabled: account.enabled, settings: account.settings });
  const save = useAct(
    ({ settings, ...rest }: Partial<typeof draft.value>) => {
      const changed = Object.fromEntries(Object.entries(settings ?? {}).filter(([name, value]) => value !== (account.settings[name] ?? null)));
      return answer(api.PATCH("/channels/{id}", { params: { path: { id: account.id } }, body: { ...rest, ...(settings ? { settings: changed } : {}) } }));
    },
    { says: shell("saved"), stale: [keys.channels], reset: draft.settle },
  );
  return (
    <>
      <TabHead title={account.name} hint={`${words(`kind_${account.kind}`, kind?.label ?? account.kind)} · ${account.address}`} back={{ to: "/settings/channels", label: t("channels") }} />
      <FormSection title={t("connection")} hint={t("connectionHint")}>
        <Switch label={t("enabled")} checked={draft.value.enabled} onChange={(event) => draft.set({ enabled: event.currentTarget.checked })} />
        <Test id={account.id} />
      </FormSection>
      {account.hooks.length > 0 ? (
        <FormSection title={t("hooks")} hint={t("hooksHint")}>
          {account.hooks.map(({ name, label, help, url }) => (
            <CopyField key={name} label={words(`${account.kind}_${name}`, label)} hint={words(`${account.kind}_${name}Help`, help)} value={url ?? ""} />
          ))}
        </FormSection>
      ) : null}
      {kind ? (
        <FormSection title={t("settings")} hint={t("settingsHint")}>
          <ChannelFields kind={kind} name={draft.value.name} settings={draft.value.settings} kept={account.secrets} error={save.error} onName={(name) => draft.set({ name })} onSetting={(name, value) => draft.set({ settings: { ...draft.value.settings, [name]: value } })} />
        </FormSection>
      ) : null}
      <Remove account={account} />
      <SaveBar dirty={draft.dirty} busy={save.isPending} onSave={() => save.mutate(draft.changes)} onReset={draft.reset} />
    </>
  );
}

function Test({ id }: { id: string }) {
  const { t } = useTranslation("integrations");
  const test = useAct(() => answer(api.POST("/channels/{id}/test", { params: { path: { id } } })));
  return (
    <div className={style.test}>
      <Button variant="default" loading={test.isPending} onClick={() => test.mutate(undefined)}>
        {t("testConnection")}
      </Button>
      {test.data ? (
        <p role="status" dir="auto" className={style.outcome} data-good={test.data.ok}>
          <Icon of={test.data.ok ? CircleCheck : CircleAlert} />
          {test.data.detail}
        </p>
      ) : null}
    </div>
  );
}

function Remove({ account }: { account: Account }) {
  const { t } = useTranslation("integrations");
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const remove = useAct(() => api.DELETE("/channels/{id}", { params: { path: { id: account.id } } }), { stale: [[...keys.channels, "all"]], then: () => navigate({ to: "/settings/channels", ignoreBlocker: true }) });
  return (
    <FormSection title={t("disconnect")} hint={t("disconnectHint")}>
      <div>
        <Button variant="light" color="red" onClick={() => setAsking(true)}>
          {t("disconnect")}
        </Button>
      </div>
      <ConfirmDialog opened={asking} onClose={() => setAsking(false)} title={t("disconnect")} confirm={t("disconnect")} act={() => remove.mutateAsync(undefined)}>
        {t("disconnectHint")}
      </ConfirmDialog>
    </FormSection>
  );
}
