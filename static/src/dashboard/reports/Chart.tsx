import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { spoken } from "../i18n/index.js";
import type { Line } from "./figures.js";
import style from "./reports.module.css";

/** One row of values, one for each day; null where there was nothing. */
export interface Series {
  label: string;
  tone: 1 | 2;
  values: readonly (number | null)[];
}

interface ChartProps {
  title: string;
  kind: "bars" | "lines";
  days: readonly Pick<Line, "key">[];
  series: readonly Series[];
  say: (value: number) => string;
  /** Where a scale for such a value ends. */
  top: (value: number) => number;
}

const width = 560;
const height = 170;
const foot = 18;

/** A round number at or above the largest value. */
export function roundUp(value: number): number {
  if (value <= 0) return 1;
  const size = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 2.5, 5, 10].find((step) => step * size >= value) ?? 10) * size;
}

/** The same of what is counted: its half is a whole number too. */
export const countUp = (value: number): number => 2 * Math.ceil(roundUp(value / 2));

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
const times = [10, 20, minute, 2 * minute, 4 * minute, 10 * minute, 20 * minute, hour, 2 * hour, 4 * hour, 6 * hour, 12 * hour, day, 2 * day];

/** The same of seconds: it and its half are told in one unit each. */
export const timeUp = (seconds: number): number => times.find((time) => time >= seconds) ?? countUp(seconds / day) * day;

/** Values over days, as bars or lines, with the same as a table for whoever does not see it. */
export function Chart({ title, kind, days, series, say, top }: ChartProps) {
  const { t } = useTranslation("reports");
  const heading = useId();
  const [at, setAt] = useState<number | null>(null);
  const [asTable, setAsTable] = useState(false);
  const dayName = new Intl.DateTimeFormat(spoken(), { day: "numeric", month: "short", timeZone: "UTC" });
  const name = (i: number): string => (days[i]?.key ? dayName.format(new Date(`${days[i].key}T00:00:00Z`)) : "");
  const shown = at ?? days.length - 1;
  return (
    <section className={style.chart} aria-labelledby={heading}>
      <div className={style.chartHead}>
        <h2 id={heading} className={style.chartTitle}>
          {title}
        </h2>
        <button type="button" className={style.switch} aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? t("asChart") : t("asTable")}
        </button>
      </div>
      <div className={style.legend} aria-hidden="true">
        {series.map(({ label, tone, values }) => (
          <span key={label}>
            <i data-tone={tone} />
            {label} <b>{typeof values[shown] === "number" ? say(values[shown]) : "—"}</b>
          </span>
        ))}
        <span className={style.at}>{name(shown)}</span>
      </div>
      {asTable ? null : <Drawing kind={kind} count={days.length} series={series} say={say} top={top} at={at} setAt={setAt} first={name(0)} last={name(days.length - 1)} />}
      <div className={asTable ? style.tableBox : "unseen"} tabIndex={asTable ? 0 : undefined} role={asTable ? "group" : undefined} aria-label={asTable ? title : undefined}>
        <Table title={title} name={name} count={days.length} series={series} say={say} />
      </div>
    </section>
  );
}

interface DrawingProps extends Pick<ChartProps, "kind" | "series" | "say" | "top"> {
  count: number;
  at: number | null;
  setAt: (at: number | null) => void;
  first: string;
  last: string;
}

function Drawing({ kind, count, series, say, top, at, setAt, first, last }: DrawingProps) {
  const most = top(Math.max(0, ...series.flatMap(({ values }) => values.map((value) => value ?? 0))));
  const step = width / Math.max(1, count);
  const y = (value: number): number => height - foot - (value / most) * (height - foot - 14);
  const find = (event: React.PointerEvent<SVGSVGElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    setAt(Math.max(0, Math.min(count - 1, Math.floor(((event.clientX - box.left) / box.width) * count))));
  };
  return (
    <svg className={style.drawing} viewBox={`0 0 ${width} ${height}`} aria-hidden="true" onPointerMove={find} onPointerLeave={() => setAt(null)}>
      {[0, 0.5, 1].map((part) => (
        <line key={part} className={style.grid} x1={0} x2={width} y1={y(most * part)} y2={y(most * part)} />
      ))}
      {at === null ? null : <rect className={style.cursor} x={at * step} width={step} y={0} height={height - foot} />}
      {series.map((one, i) => (kind === "bars" ? <Bars key={one.label} one={one} place={i} of={series.length} step={step} y={y} /> : <Path key={one.label} one={one} step={step} y={y} />))}
      {[0.5, 1].map((part) => (
        <Tick key={part} x={0} y={y(most * part) - 4}>
          {say(most * part)}
        </Tick>
      ))}
      <Tick x={0} y={height - 3}>
        {first}
      </Tick>
      <Tick x={width} y={height - 3} anchor="end">
        {last}
      </Tick>
    </svg>
  );
}

/** Words in the drawing, which runs from left to right in every language: between signs that give them their own direction. */
const Tick = ({ x, y, anchor, children }: { x: number; y: number; anchor?: "end"; children: string }) => (
  <text className={style.tick} x={x} y={y} textAnchor={anchor}>
    {`\u2068${children}\u2069`}
  </text>
);

interface Drawn {
  one: Series;
  step: number;
  y: (value: number) => number;
}

function Bars({ one, place, of, step, y }: Drawn & { place: number; of: number }) {
  const room = Math.min(step * 0.76, 30);
  const wide = room / of;
  return one.values.map((value, i) => (value ? <rect key={i} data-tone={one.tone} className={style.bar} rx={Math.min(2, wide / 3)} x={i * step + (step - room) / 2 + place * wide} width={Math.max(1, wide - 0.8)} y={y(value)} height={y(0) - y(value)} /> : null));
}

/** A line through the days that have a value; those without are no zeros. */
function Path({ one, step, y }: Drawn) {
  const points = one.values.flatMap((value, i) => (value === null ? [] : [[i * step + step / 2, y(value)] as const]));
  return (
    <g data-tone={one.tone}>
      <polyline className={style.line} points={points.map(([px, py]) => `${px.toFixed(1)},${py.toFixed(1)}`).join(" ")} />
      {points.map(([px, py]) => (
        <circle key={px} className={style.point} cx={px} cy={py} r={points.length > 45 ? 1.5 : 2.6} />
      ))}
    </g>
  );
}

function Table({ title, name, count, series, say }: Pick<ChartProps, "title" | "series" | "say"> & { name: (i: number) => string; count: number }) {
  const { t } = useTranslation("reports");
  return (
    <table>
      <caption className="unseen">{title}</caption>
      <thead>
        <tr>
          <th scope="col">{t("day")}</th>
          {series.map(({ label }) => (
            <th key={label} scope="col">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {Array.from({ length: count }, (_, i) => (
          <tr key={i}>
            <th scope="row">{name(i)}</th>
            {series.map(({ label, values }) => (
              <td key={label}>{typeof values[i] === "number" ? say(values[i]) : "—"}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
