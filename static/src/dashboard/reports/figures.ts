import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../api/client.js";
import { keys } from "../api/keys.js";

/** What a report may tell apart. */
export type Group = Schemas["Report"]["group"];
/** One line of a report. */
export type Line = Schemas["Report"]["data"][number];

/** A span of days, first and last. */
export interface Span {
  from: string;
  to: string;
}

/** The day that a moment belongs to in a time zone. */
function dayIn(timeZone: string, moment: Date): string {
  const parts = new Intl.DateTimeFormat("en", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(moment);
  return (["year", "month", "day"] as const).map((name) => parts.find(({ type }) => type === name)?.value).join("-");
}

/** The last so many days of a time zone, today included: the server counts by the account's days, wherever the browser is. */
export function lastDays(count: number, timeZone: string, now = new Date()): Span {
  const to = dayIn(timeZone, now);
  const first = new Date(to);
  first.setUTCDate(first.getUTCDate() - count + 1);
  return { from: first.toISOString().slice(0, 10), to };
}

/** A report of a span. */
export const reportQuery = ({ from, to }: Span, group: Group) =>
  queryOptions({
    queryKey: keys.reports({ from, to, group }),
    queryFn: ({ signal }) => answer(api.GET("/reports", { params: { query: { from, to, group } }, signal })),
    placeholderData: keepPreviousData,
  });

/** A value of a CSV file: quoted where it must be, and never a formula in a spreadsheet. */
export function cell(value: string | number | null): string {
  const text = value === null ? "" : String(value);
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const columns: readonly (readonly [string, (line: Line) => string | number | null])[] = [
  ["opened", (line) => line.conversations.opened],
  ["closed", (line) => line.conversations.closed],
  ["reopened", (line) => line.conversations.reopened],
  ["received", (line) => line.messages.received],
  ["sent", (line) => line.messages.sent],
  ["first_response_median_seconds", (line) => line.first_response.median_seconds],
  ["first_response_p90_seconds", (line) => line.first_response.p90_seconds],
  ["resolution_median_seconds", (line) => line.resolution.median_seconds],
  ["resolution_p90_seconds", (line) => line.resolution.p90_seconds],
  ["ratings", (line) => line.ratings.count],
  ["rating_average", (line) => line.ratings.average],
];

/** A report as a CSV file. */
export const csvOf = (group: Group, lines: readonly Line[]): string =>
  [[group, ...columns.map(([name]) => name)], ...lines.map((line) => [line.name ?? line.key ?? "", ...columns.map(([, read]) => read(line))])].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";

/** A length of time in its two largest units: 1 h 20 min. */
export function lengthOf(seconds: number | null, language: string): string {
  if (seconds === null) return "—";
  const unit = (value: number, name: string): string => new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "narrow", maximumFractionDigits: 0 }).format(value);
  const units = [
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
    ["second", 1],
  ] as const;
  const first = units.findIndex(([, size]) => seconds >= size);
  if (first < 0) return unit(0, "second");
  const [name, size] = units[first] ?? units[3];
  const next = units[first + 1];
  const rest = next ? Math.floor((seconds % size) / next[1]) : 0;
  return unit(Math.floor(seconds / size), name) + (next && rest > 0 ? ` ${unit(rest, next[0])}` : "");
}
