import { ActionIcon, Button, Select, Switch, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { spoken } from "../i18n/index.js";
import { zones } from "../settings/zones.js";
import { blame } from "../ui/act.js";
import { FormSection } from "../ui/FormSection.js";
import { Icon } from "../ui/Icon.js";
import { Plus, X } from "../ui/icons.js";
import type { SiteFields } from "./Look.js";
import type { Site } from "./site.js";
import style from "./sites.module.css";

type Office = Site["office_hours"];
const week = [1, 2, 3, 4, 5, 6, 0];
// 2023-01-01 was a Sunday.
const dayName = (weekday: number): string => new Intl.DateTimeFormat(spoken(), { weekday: "long", timeZone: "UTC" }).format(new Date(Date.UTC(2023, 0, 1 + weekday)));

/** When the team answers. */
export function Hours({ draft: { value, set }, error }: SiteFields) {
  const { t } = useTranslation("sites");
  const { office_hours: office } = value;
  const change = (part: Partial<Office>): void => set({ office_hours: { ...office, ...part } });
  return (
    <FormSection title={t("hours")} hint={t("hoursHint")}>
      <Switch label={t("hoursOn")} checked={office.enabled} onChange={(event) => change({ enabled: event.currentTarget.checked })} />
      {office.enabled ? (
        <>
          <Select label={t("timeZone")} searchable limit={60} data={zones(office.time_zone)} value={office.time_zone || "UTC"} allowDeselect={false} error={blame(error, "office_hours.time_zone")} onChange={(zone) => (zone ? change({ time_zone: zone }) : undefined)} />
          <div className={style.week}>
            {week.map((weekday) => (
              <Day key={weekday} weekday={weekday} office={office} change={change} />
            ))}
          </div>
          <Holidays office={office} change={change} />
          {blame(error, "office_hours") ? <p className={style.error}>{blame(error, "office_hours")}</p> : null}
        </>
      ) : null}
    </FormSection>
  );
}

interface OfficeProps {
  office: Office;
  change: (part: Partial<Office>) => void;
}

function Day({ weekday, office, change }: OfficeProps & { weekday: number }) {
  const { t } = useTranslation("sites");
  const { t: shell } = useTranslation();
  const name = dayName(weekday);
  const spans = office.days.map((span, at) => ({ ...span, at })).filter((span) => span.weekday === weekday);
  const put = (at: number, part: Partial<Office["days"][number]>): void => change({ days: office.days.map((span, i) => (i === at ? { ...span, ...part } : span)) });
  return (
    <div className={style.day} role="group" aria-label={name}>
      <span className={style.dayName}>{name}</span>
      <div className={style.spans}>
        {spans.map(({ at, opens, closes }) => (
          <div key={at} className={style.span}>
            <TextInput type="time" aria-label={`${name}: ${t("opens")}`} value={opens} onChange={(event) => put(at, { opens: event.currentTarget.value })} />
            <span aria-hidden="true">–</span>
            <TextInput type="time" aria-label={`${name}: ${t("closes")}`} value={closes === "24:00" ? "23:59" : closes} onChange={(event) => put(at, { closes: event.currentTarget.value === "23:59" ? "24:00" : event.currentTarget.value })} />
            <ActionIcon aria-label={`${shell("remove")}: ${name} ${opens}–${closes}`} onClick={() => change({ days: office.days.filter((_, i) => i !== at) })}>
              <Icon of={X} size={15} />
            </ActionIcon>
          </div>
        ))}
        {spans.length === 0 ? <span className={style.shut}>{t("shut")}</span> : null}
      </div>
      <ActionIcon aria-label={`${t("addSpan")}: ${name}`} onClick={() => change({ days: [...office.days, { weekday, opens: spans.length > 0 ? "13:00" : "09:00", closes: spans.length > 0 ? "18:00" : "17:00" }] })}>
        <Icon of={Plus} size={15} />
      </ActionIcon>
    </div>
  );
}

function Holidays({ office, change }: OfficeProps) {
  const { t } = useTranslation("sites");
  const { t: shell } = useTranslation();
  const [day, setDay] = useState("");
  const holidays = office.holidays ?? [];
  const name = new Intl.DateTimeFormat(spoken(), { dateStyle: "medium", timeZone: "UTC" });
  const add = (): void => {
    change({ holidays: [...new Set([...holidays, day])].sort() });
    setDay("");
  };
  return (
    <div>
      <span className={style.label}>{t("holidays")}</span>
      <ul className={style.holidays} aria-label={t("holidays")}>
        {holidays.map((one) => (
          <li key={one}>
            {name.format(new Date(`${one}T00:00:00Z`))}
            <ActionIcon size={20} aria-label={`${shell("remove")}: ${one}`} onClick={() => change({ holidays: holidays.filter((other) => other !== one) })}>
              <Icon of={X} size={12} />
            </ActionIcon>
          </li>
        ))}
      </ul>
      <div className={style.span}>
        <TextInput type="date" aria-label={t("holiday")} value={day} onChange={(event) => setDay(event.currentTarget.value)} />
        <Button variant="default" disabled={!day} onClick={add}>
          {t("addHoliday")}
        </Button>
      </div>
    </div>
  );
}
