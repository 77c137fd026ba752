import { Button, SegmentedControl, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client.js";
import { spoken } from "../i18n/index.js";
import { useMe } from "../session/me.js";
import { number } from "../ui/time.js";
import { save } from "../ui/download.js";
import { Icon } from "../ui/Icon.js";
import { Download } from "../ui/icons.js";
import { Loaded } from "../ui/Loaded.js";
import { Page } from "../ui/Page.js";
import { csvOf, lastDays, lengthOf, reportQuery, type Span } from "./figures.js";
import style from "./reports.module.css";
import { Shares } from "./Shares.js";

const Charts = lazy(() => import("./Charts.js"));
const spans = [7, 30, 90] as const;

/** How much there was to do, how fast it was done, and what people said of it. */
export function ReportsPage() {
  const { t } = useTranslation("reports");
  const search = useSearch({ from: "/desk/reports" });
  const standard = lastDays(30, useMe().account.time_zone);
  const span = { from: search.from ?? standard.from, to: search.to ?? standard.to };
  const query = useQuery(reportQuery(span, "day"));
  const keep = (
    <Button variant="default" leftSection={<Icon of={Download} />} disabled={!query.data} onClick={() => (query.data ? save(`report-${span.from}-${span.to}.csv`, csvOf("day", query.data.data), "text/csv") : undefined)}>
      {t("csv")}
    </Button>
  );
  return (
    <Page title={t("title")} hint={query.data ? t("zone", { zone: query.data.time_zone }) : ""} actions={keep}>
      <SpanChooser span={span} />
      <Loaded query={query}>
        {(report) => (
          <div aria-busy={query.isPlaceholderData}>
            <Tiles totals={report.totals} />
            <Suspense fallback={<div className={style.coming} />}>
              <Charts report={report} />
            </Suspense>
          </div>
        )}
      </Loaded>
      <Shares span={span} />
    </Page>
  );
}

function SpanChooser({ span }: { span: Span }) {
  const { t } = useTranslation("reports");
  const navigate = useNavigate();
  const go = (to: Partial<Span>): void => void navigate({ to: "/reports", search: { ...span, ...to }, replace: true });
  const { time_zone: zone } = useMe().account;
  const chosen = spans.find((count) => lastDays(count, zone).from === span.from && lastDays(count, zone).to === span.to);
  return (
    <div className={style.span}>
      <SegmentedControl
        aria-label={t("span")}
        value={chosen ? String(chosen) : "custom"}
        onChange={(value) => (value === "custom" ? undefined : go(lastDays(Number(value), zone)))}
        data={[...spans.map((count) => ({ value: String(count), label: t("lastDays", { days: count }) })), { value: "custom", label: t("custom"), disabled: chosen !== undefined }]}
      />
      <TextInput type="date" aria-label={t("from")} value={span.from} max={span.to} onChange={({ currentTarget: { value } }) => (value ? go({ from: value }) : undefined)} />
      <span aria-hidden="true">–</span>
      <TextInput type="date" aria-label={t("to")} value={span.to} min={span.from} onChange={({ currentTarget: { value } }) => (value ? go({ to: value }) : undefined)} />
    </div>
  );
}

function Tiles({ totals }: { totals: Schemas["ReportFigures"] }) {
  const { t } = useTranslation("reports");
  const length = (seconds: number | null): string => lengthOf(seconds, spoken());
  const tiles = [
    { label: t("opened"), value: number(totals.conversations.opened), sub: t("closedCount", { number: number(totals.conversations.closed) }) },
    { label: t("messages"), value: number(totals.messages.received + totals.messages.sent), sub: t("receivedSent", { received: number(totals.messages.received), sent: number(totals.messages.sent) }) },
    { label: t("firstResponse"), value: length(totals.first_response.median_seconds), sub: t("ninety", { length: length(totals.first_response.p90_seconds) }) },
    { label: t("resolution"), value: length(totals.resolution.median_seconds), sub: t("ninety", { length: length(totals.resolution.p90_seconds) }) },
    { label: t("rating"), value: totals.ratings.average === null ? "—" : `${number(totals.ratings.average, { maximumFractionDigits: 1 })} ★`, sub: t("ratingCount", { number: number(totals.ratings.count) }) },
  ];
  return (
    <dl className={style.tiles}>
      {tiles.map(({ label, value, sub }) => (
        <div key={label} className={style.tile}>
          <dt>{label}</dt>
          <dd className={style.value}>{value}</dd>
          <dd className={style.sub}>{sub}</dd>
        </div>
      ))}
    </dl>
  );
}
