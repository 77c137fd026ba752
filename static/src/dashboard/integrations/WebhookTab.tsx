import { Button, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, type Schemas } from "../api/client.js";
import { keys } from "../api/keys.js";
import { useAct } from "../ui/act.js";
import { ConfirmDialog } from "../ui/ConfirmDialog.js";
import { dateTime } from "../ui/time.js";
import { useDraft } from "../ui/draft.js";
import { Loaded } from "../ui/Loaded.js";
import parts from "../ui/parts.module.css";
import { SaveBar } from "../ui/SaveBar.js";
import { SecretDialog } from "../ui/SecretDialog.js";
import { TabHead } from "../ui/TabHead.js";
import { Deliveries } from "./Deliveries.js";
import style from "./integrations.module.css";
import { type Webhook, webhookQuery } from "./webhook.js";
import { WebhookFields } from "./WebhookFields.js";
import { WebhookState } from "./WebhooksTab.js";

/** One webhook: what it is told of, and how that went. */
export function WebhookTab() {
  const { id } = useParams({ from: "/desk/settings/webhooks/$id" });
  const query = useQuery(webhookQuery(id));
  return <Loaded query={query}>{(webhook) => <Body key={webhook.id} webhook={webhook} />}</Loaded>;
}

function Body({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation("integrations");
  const { t: shell } = useTranslation();
  const path = { params: { path: { id: webhook.id } } };
  const draft = useDraft<{ url: string; events: readonly Schemas["WebhookEvent"][]; active: boolean }>({ url: webhook.url, events: webhook.events, active: webhook.active });
  const save = useAct((changes: Partial<typeof draft.value>) => answer(api.PATCH("/webhooks/{id}", { ...path, body: changes as Schemas["WebhookChange"] })), { says: shell("saved"), stale: [keys.webhooks], reset: draft.settle });
  const test = useAct(() => answer(api.POST("/webhooks/{id}/test", { ...path, body: {} })), { says: t("testSent"), stale: [[...keys.webhooks, webhook.id, "deliveries"]] });
  return (
    <>
      <TabHead
        title={webhook.url}
        back={{ to: "/settings/webhooks", label: t("webhooks") }}
        actions={
          <>
            <WebhookState webhook={webhook} />
            <Button loading={test.isPending} disabled={!webhook.active} onClick={() => test.mutate(undefined)}>
              {t("sendTest")}
            </Button>
          </>
        }
      />
      <Trouble webhook={webhook} />
      <div className={parts.stack}>
        <Switch label={t("active")} checked={draft.value.active} onChange={(event) => draft.set({ active: event.currentTarget.checked })} />
        <WebhookFields value={draft.value} error={save.error} onChange={draft.set} />
      </div>
      <Ways webhook={webhook} />
      <SaveBar dirty={draft.dirty} busy={save.isPending} onSave={() => save.mutate(draft.changes)} onReset={draft.reset} />
      <Deliveries id={webhook.id} />
    </>
  );
}

function Trouble({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation("integrations");
  if (webhook.disabled_reason) return <p className={parts.warning}>{t("disabledBecause", { reason: webhook.disabled_reason })}</p>;
  if (webhook.failing_since) return <p className={parts.warning}>{t("failingSince", { when: dateTime(webhook.failing_since) })}</p>;
  if (webhook.previous_secret_until) return <p className={parts.warning}>{t("bothSecrets", { when: dateTime(webhook.previous_secret_until) })}</p>;
  return null;
}

/** What cannot be taken back: another secret, the end. */
function Ways({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation("integrations");
  const { t: shell } = useTranslation();
  const navigate = useNavigate();
  const [asking, setAsking] = useState<"rotate" | "remove" | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const path = { params: { path: { id: webhook.id } } };
  const rotate = useAct(() => answer(api.POST("/webhooks/{id}/rotate", path)), { stale: [keys.webhooks], then: (changed) => setSecret(changed.signing_secret ?? null) });
  const remove = useAct(() => api.DELETE("/webhooks/{id}", path), { stale: [[...keys.webhooks, "all"]], then: () => navigate({ to: "/settings/webhooks", ignoreBlocker: true }) });
  return (
    <div className={style.ways}>
      <Button variant="default" onClick={() => setAsking("rotate")}>
        {t("rotate")}
      </Button>
      <Button variant="light" color="red" onClick={() => setAsking("remove")}>
        {t("deleteWebhook")}
      </Button>
      <ConfirmDialog opened={asking === "rotate"} onClose={() => setAsking(null)} title={t("rotateTitle")} confirm={t("rotate")} danger={false} act={() => rotate.mutateAsync(undefined)}>
        {t("rotateHint")}
      </ConfirmDialog>
      <ConfirmDialog opened={asking === "remove"} onClose={() => setAsking(null)} title={t("deleteWebhook")} confirm={shell("remove")} act={() => remove.mutateAsync(undefined)}>
        {t("deleteWebhookHint")}
      </ConfirmDialog>
      <SecretDialog title={t("signingSecret")} label={t("signingSecret")} secret={secret} onClose={() => setSecret(null)} />
    </div>
  );
}
