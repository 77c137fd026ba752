import { Checkbox, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client.js";
import { blame } from "../ui/act.js";
import style from "./integrations.module.css";
import { webhookEvents } from "./webhook.js";

interface Given {
  url: string;
  events: readonly Schemas["WebhookEvent"][];
}

/** Address and events of a webhook. */
export function WebhookFields({ value, error, onChange }: { value: Given; error: unknown; onChange: (part: Partial<Given>) => void }) {
  const { t } = useTranslation("integrations");
  return (
    <>
      <TextInput label={t("url")} type="url" dir="ltr" placeholder="https://example.com/hooks/chat" maxLength={2048} value={value.url} error={blame(error, "url")} onChange={(event) => onChange({ url: event.currentTarget.value })} />
      <Checkbox.Group label={t("events")} description={t("eventsHint")} error={blame(error, "events")} value={[...value.events]} onChange={(chosen) => onChange({ events: webhookEvents.filter((event) => chosen.includes(event)) })}>
        <div className={style.checks}>
          {webhookEvents.map((event) => (
            <Checkbox key={event} value={event} label={<code dir="ltr">{event}</code>} />
          ))}
        </div>
      </Checkbox.Group>
    </>
  );
}
