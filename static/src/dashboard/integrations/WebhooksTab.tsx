import { Button, Group, Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type SyntheticEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, onceKey, type Schemas } from "../api/client.js";
import { keys } from "../api/keys.js";
import { useAct } from "../ui/act.js";
import { Chip } from "../ui/Chip.js";
import { EmptyState } from "../ui/EmptyState.js";
import { Icon } from "../ui/Icon.js";
import { Plus, Webhook as WebhookIcon } from "../ui/icons.js";
import { Loaded } from "../ui/Loaded.js";
import parts from "../ui/parts.module.css";
import { Row, Rows } from "../ui/Rows.js";
import { SecretDialog } from "../ui/SecretDialog.js";
import { TabHead } from "../ui/TabHead.js";
import type { Webhook } from "./webhook.js";
import { WebhookFields } from "./WebhookFields.js";

/** The addresses that are told of events. */
export function WebhooksTab() {
  const { t } = useTranslation("integrations");
  const { t: shell } = useTranslation();
  const [creating, setCreating] = useState(false);
  const query = useQuery({ queryKey: [...keys.webhooks, "all"], queryFn: ({ signal }) => answer(api.GET("/webhooks", { params: { query: { limit: 100 } }, signal })) });
  const add = (
    <Button leftSection={<Icon of={Plus} />} onClick={() => setCreating(true)}>
      {t("newWebhook")}
    </Button>
  );
  return (
    <>
      <TabHead title={t("webhooks")} hint={t("webhooksHint")} actions={add} />
      <Loaded query={query}>
        {({ data }) =>
          data.length > 0 ? (
            <Rows label={t("webhooks")}>
              {data.map((webhook) => (
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
              ))}
            </Rows>
          ) : (
            <EmptyState icon={WebhookIcon} title={t("noWebhooks")} hint={t("webhooksHint")} />
          )
        }
      </Loaded>
      <Modal opened={creating} onClose={() => setCreating(false)} title={t("newWebhook")} size="lg" closeButtonProps={{ "aria-label": shell("close") }}>
        <NewWebhook onClose={() => setCreating(false)} />
      </Modal>
    </>
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
  const { t: shell } = useTranslation();
  const { t: ui } = useTranslation("ui");
  const navigate = useNavigate();
  const [given, setGiven] = useState<{ url: string; events: readonly Schemas["WebhookEvent"][] }>({ url: "", events: ["message.received"] });
  const create = useAct(() => answer(api.POST("/webhooks", { body: { url: given.url.trim(), events: [...given.events] }, headers: { "Idempotency-Key": onceKey() } })), { stale: [keys.webhooks] });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    create.mutate(undefined);
  };
  const { data: made } = create;
  return (
    <form onSubmit={submit} className={parts.stack} noValidate>
      <WebhookFields value={given} error={create.error} onChange={(part) => setGiven({ ...given, ...part })} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {shell("cancel")}
        </Button>
        <Button type="submit" loading={create.isPending} disabled={!given.url.trim() || given.events.length === 0}>
          {ui("create")}
        </Button>
      </Group>
      <SecretDialog title={t("signingSecret")} label={t("signingSecret")} secret={made?.signing_secret ?? null} onClose={() => (made ? void navigate({ to: "/settings/webhooks/$id", params: { id: made.id } }) : undefined)}>
        <p className={parts.faint}>{t("signingHint")}</p>
      </SecretDialog>
    </form>
  );
}
