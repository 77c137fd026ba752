import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, type Schemas } from "../api/client.js";
import { every } from "../api/every.js";
import { keys } from "../api/keys.js";
import { useAct, useOnce } from "../ui/act.js";
import { DialogForm } from "../ui/Dialog.js";
import { Chip } from "../ui/Chip.js";
import { Webhook as WebhookIcon } from "../ui/icons.js";
import { ListTab } from "../ui/ListTab.js";
import parts from "../ui/parts.module.css";
import { Row } from "../ui/Rows.js";
import { SecretDialog } from "../ui/SecretDialog.js";
import type { Webhook } from "./webhook.js";
import { WebhookFields } from "./WebhookFields.js";

/** The addresses that are told of events. */
export function WebhooksTab() {
  const { t } = useTranslation("integrations");
  const query = useQuery({ queryKey: [...keys.webhooks, "all"], queryFn: ({ signal }) => every((query) => answer(api.GET("/webhooks", { params: { query }, signal }))) });
  return (
    <ListTab
      query={query}
      title={t("webhooks")}
      hint={t("webhooksHint")}
      icon={WebhookIcon}
      none={t("noWebhooks")}
      create={{ word: t("newWebhook"), size: "lg", form: (close) => <NewWebhook onClose={close} /> }}
    >
      {(webhook) => (
        <Row
          key={webhook.id}
          title={
            <Link to="/settings/webhooks/$id" params={{ id: webhook.id }}>
              <bdi dir="ltr">{webhook.url}</bdi>
            </Link>
          }
          sub={<span dir="ltr">{webhook.events.join(", ")}</span>}
        >
          <WebhookState webhook={webhook} />
        </Row>
      )}
    </ListTab>
  );
}

/** Whether a webhook is at work, failing or off. */
export function WebhookState({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation("integrations");
  if (!webhook.active) return <Chip tone={webhook.disabled_reason ? "alarm" : "quiet"}>{t("off")}</Chip>;
  return webhook.failing_since ? <Chip tone="alarm">{t("failing")}</Chip> : <Chip tone="good">{t("on")}</Chip>;
}

function NewWebhook({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("integrations");
  const { t: ui } = useTranslation("ui");
  const navigate = useNavigate();
  const [given, setGiven] = useState<{ url: string; events: readonly Schemas["WebhookEvent"][] }>({ url: "", events: ["message.received"] });
  const once = useOnce(given);
  const create = useAct(() => answer(api.POST("/webhooks", { body: { url: given.url.trim(), events: [...given.events] }, headers: { "Idempotency-Key": once } })), { stale: [keys.webhooks] });
  const { data: made } = create;
  return (
    <DialogForm act={create} word={ui("create")} ready={given.url.trim() !== "" && given.events.length > 0} onClose={onClose}>
      <WebhookFields value={given} error={create.error} onChange={(part) => setGiven({ ...given, ...part })} />
      <SecretDialog title={t("signingSecret")} label={t("signingSecret")} secret={made?.signing_secret ?? null} onClose={() => (made ? void navigate({ to: "/settings/webhooks/$id", params: { id: made.id } }) : undefined)}>
        <p className={parts.faint}>{t("signingHint")}</p>
      </SecretDialog>
    </DialogForm>
  );
}
