import { Button, SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "../api/client.js";
import { keys } from "../api/keys.js";
import { useAct } from "../ui/act.js";
import { Chip } from "../ui/Chip.js";
import { ago, dateTime } from "../ui/time.js";
import { Icon } from "../ui/Icon.js";
import { ChevronDown } from "../ui/icons.js";
import { Loaded } from "../ui/Loaded.js";
import parts from "../ui/parts.module.css";
import style from "./integrations.module.css";
import { deliveriesQuery, type Delivery } from "./webhook.js";

const statuses = ["all", "succeeded", "failed", "pending"] as const;
const tones = { succeeded: "good", failed: "alarm", pending: "warn" } as const;

/** What was sent to a webhook, and what it answered. */
export function Deliveries({ id }: { id: string }) {
  const { t } = useTranslation("integrations");
  const { t: ui } = useTranslation("ui");
  const [status, setStatus] = useState<(typeof statuses)[number]>("all");
  const query = useQuery(deliveriesQuery(id, status));
  return (
    <section className={style.deliveries}>
      <div className={style.deliveriesHead}>
        <h3>{t("deliveries")}</h3>
        <SegmentedControl aria-label={t("deliveries")} value={status} onChange={(value) => setStatus(statuses.find((one) => one === value) ?? "all")} data={statuses.map((value) => ({ value, label: value === "all" ? ui("all") : t(value) }))} />
      </div>
      <Loaded query={query}>
        {({ data }) =>
          data.length > 0 ? (
            <ul className={parts.rows} aria-label={t("deliveries")}>
              {data.map((one) => (
                <One key={one.id} delivery={one} />
              ))}
            </ul>
          ) : (
            <p className={parts.faint}>{t("noDeliveries")}</p>
          )
        }
      </Loaded>
    </section>
  );
}

function One({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation("integrations");
  const [open, setOpen] = useState(false);
  return (
    <li className={style.delivery}>
      <button type="button" className={style.line} aria-expanded={open} onClick={() => setOpen(!open)}>
        <Chip tone={tones[delivery.status]}>{t(delivery.status)}</Chip>
        <code dir="ltr">{delivery.event_type}</code>
        <span className={parts.faint}>{delivery.response ? `${delivery.response.status_code} · ${delivery.response.duration_ms} ms` : (delivery.error ?? "")}</span>
        <span className={style.when} title={dateTime(delivery.created_at)}>
          {ago(delivery.created_at)}
        </span>
        <Icon of={ChevronDown} size={15} className={open ? style.up : undefined} />
      </button>
      {open ? <Details delivery={delivery} /> : null}
    </li>
  );
}

/** The sent body, readable; what is no JSON stays as it is. */
export function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

function Details({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation("integrations");
  const { webhook_id: id, id: number } = delivery;
  const again = useAct(() => answer(api.POST("/webhooks/{id}/deliveries/{delivery}/redeliver", { params: { path: { id, delivery: number } } })), { says: t("sentAgain"), stale: [[...keys.webhooks, id, "deliveries"]] });
  return (
    <div className={style.details}>
      {delivery.error ? <p className={style.trouble}>{delivery.error}</p> : null}
      <div className={style.two}>
        <div>
          <h4>{t("request")}</h4>
          <pre className={parts.pre} dir="ltr" tabIndex={0}>
            {[`POST ${delivery.request.url}`, ...Object.entries(delivery.request.headers).map(([name, value]) => `${name}: ${value}`), "", pretty(delivery.request.body)].join("\n")}
          </pre>
        </div>
        <div>
          <h4>{t("answer")}</h4>
          <pre className={parts.pre} dir="ltr" tabIndex={0}>
            {delivery.response ? `${delivery.response.status_code}\n\n${delivery.response.body}` : t("noAnswer")}
          </pre>
        </div>
      </div>
      <ol className={style.attempts} aria-label={t("attempts")}>
        {delivery.attempts.map(({ number: n, at, status_code: code, error, duration_ms: took }) => (
          <li key={n}>
            {dateTime(at)} · {code ?? error ?? "—"} · {took} ms
          </li>
        ))}
      </ol>
      <div>
        <Button variant="default" loading={again.isPending} onClick={() => again.mutate(undefined)}>
          {t("redeliver")}
        </Button>
      </div>
    </div>
  );
}
