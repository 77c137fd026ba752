import { Button, SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { spoken } from "../i18n/index.js";
import { number } from "../ui/time.js";
import { save } from "../ui/download.js";
import { Icon } from "../ui/Icon.js";
import { Download } from "../ui/icons.js";
import { Loaded } from "../ui/Loaded.js";
import parts from "../ui/parts.module.css";
import { csvOf, type Line, lengthOf, reportQuery, type Span } from "./figures.js";
import style from "./reports.module.css";

const groups = ["user", "label", "channel"] as const;

/** The same figures by agent, label or channel. */
export function Shares({ span }: { span: Span }) {
  const { t } = useTranslation("reports");
  const [group, setGroup] = useState<(typeof groups)[number]>("user");
  const query = useQuery(reportQuery(span, group));
  return (
    <section className={style.shares}>
      <div className={style.sharesHead}>
        <h2 className={style.chartTitle}>{t("by")}</h2>
        <SegmentedControl aria-label={t("by")} value={group} onChange={(value) => setGroup(groups.find((one) => one === value) ?? "user")} data={groups.map((value) => ({ value, label: t(value) }))} />
        <Button variant="subtle" leftSection={<Icon of={Download} />} disabled={!query.data} onClick={() => (query.data ? save(`report-${group}-${span.from}-${span.to}.csv`, csvOf(group, query.data.data), "text/csv") : undefined)}>
          {t("csv")}
        </Button>
      </div>
      <Loaded query={query}>{(report) => (report.data.length > 0 ? <ShareTable group={group} lines={report.data} /> : <p className={parts.faint}>{t("nothing")}</p>)}</Loaded>
    </section>
  );
}

function ShareTable({ group, lines }: { group: (typeof groups)[number]; lines: readonly Line[] }) {
  const { t } = useTranslation("reports");
  const { t: ui } = useTranslation("ui");
  const most = Math.max(1, ...lines.map((line) => line.conversations.opened));
  const nameOf = ({ key, name }: Line): string => (group === "channel" && key ? ui(key as "chat") : (name ?? key ?? t("nobody")));
  return (
    <div className={parts.tableFrame} role="region" aria-label={t("by")} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t(group)}</th>
            <th scope="col">{t("opened")}</th>
            <th scope="col">{t("closed")}</th>
            <th scope="col">{t("sent")}</th>
            <th scope="col">{t("firstResponse")}</th>
            <th scope="col">{t("resolution")}</th>
            <th scope="col">{t("rating")}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.key ?? ""}>
              <td>
                <bdi>{nameOf(line)}</bdi>
              </td>
              <td className={style.share}>
                <span style={{ inlineSize: `${(60 * line.conversations.opened) / most}%` }} aria-hidden="true" />
                {number(line.conversations.opened)}
              </td>
              <td>{number(line.conversations.closed)}</td>
              <td>{number(line.messages.sent)}</td>
              <td>{lengthOf(line.first_response.median_seconds, spoken())}</td>
              <td>{lengthOf(line.resolution.median_seconds, spoken())}</td>
              <td>{line.ratings.average === null ? "—" : number(line.ratings.average, { maximumFractionDigits: 1 })}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
