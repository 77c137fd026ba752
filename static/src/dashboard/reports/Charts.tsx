import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client.js";
import { spoken } from "../i18n/index.js";
import { number } from "../ui/time.js";
import { Chart, countUp, type Series, timeUp } from "./Chart.js";
import { type Line, lengthOf } from "./figures.js";
import style from "./reports.module.css";

/** The charts of a span of days. Loaded by themselves. */
export default function Charts({ report }: { report: Schemas["Report"] }) {
  const { t } = useTranslation("reports");
  const days = report.data;
  const counted = (value: number): string => number(value, { maximumFractionDigits: 1 });
  const timed = (value: number): string => lengthOf(Math.round(value), spoken());
  const of = (label: string, tone: Series["tone"], read: (line: Line) => number | null): Series => ({ label, tone, values: days.map(read) });
  return (
    <div className={style.charts}>
      <Chart title={t("conversations")} kind="bars" days={days} say={counted} top={countUp} series={[of(t("opened"), 1, (line) => line.conversations.opened), of(t("closed"), 2, (line) => line.conversations.closed)]} />
      <Chart title={t("messages")} kind="bars" days={days} say={counted} top={countUp} series={[of(t("received"), 1, (line) => line.messages.received), of(t("sent"), 2, (line) => line.messages.sent)]} />
      <Chart title={t("firstResponse")} kind="lines" days={days} say={timed} top={timeUp} series={[of(t("median"), 1, (line) => line.first_response.median_seconds), of(t("p90"), 2, (line) => line.first_response.p90_seconds)]} />
      <Chart title={t("resolution")} kind="lines" days={days} say={timed} top={timeUp} series={[of(t("median"), 1, (line) => line.resolution.median_seconds), of(t("p90"), 2, (line) => line.resolution.p90_seconds)]} />
      <Chart title={t("rating")} kind="lines" days={days} say={counted} top={() => 5} series={[of(t("average"), 1, (line) => line.ratings.average)]} />
      <Scores ratings={report.totals.ratings} />
    </div>
  );
}

function Scores({ ratings }: { ratings: Schemas["ReportRatings"] }) {
  const { t } = useTranslation("reports");
  const scores = ([5, 4, 3, 2, 1] as const).map((score) => ({ score, count: ratings.distribution[score] }));
  return (
    <section className={style.chart}>
      <h2 className={style.chartTitle}>{t("scores")}</h2>
      <table className={style.scores}>
        <thead className="unseen">
          <tr>
            <th scope="col">{t("rating")}</th>
            <th scope="col">{t("number")}</th>
          </tr>
        </thead>
        <tbody>
          {scores.map(({ score, count }) => (
            <tr key={score}>
              <th scope="row">{number(score)} ★</th>
              <td>
                <span className={style.score}>
                  <span style={{ inlineSize: `${ratings.count > 0 ? (100 * count) / ratings.count : 0}%` }} />
                </span>
                <span>{number(count)}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
