import { spoken } from "../i18n/index.js";

const formats = new Map<string, Intl.DateTimeFormat>();

function format(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${spoken()} ${name}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(spoken(), options);
  formats.set(key, made);
  return made;
}

const day = (time: Date): string => `${time.getFullYear()}-${time.getMonth()}-${time.getDate()}`;

/** Whether two times lie on one day, where the person is. */
export const sameDay = (a: string, b: string): boolean => day(new Date(a)) === day(new Date(b));

/** `14:20`. */
export const clock = (time: string): string => format("clock", { hour: "numeric", minute: "2-digit" }).format(new Date(time));

/** `25 Jan 2026`. */
export const date = (time: string): string => format("medium", { dateStyle: "medium" }).format(new Date(time));

/** `25 Jan 2026, 15:20`. */
export const dateTime = (time: string): string => format("mediumTime", { dateStyle: "medium", timeStyle: "short" }).format(new Date(time));

/** The whole of it, for titles. */
export const fullTime = (time: string): string => format("full", { dateStyle: "full", timeStyle: "short" }).format(new Date(time));

/** As short as a list wants it: the time today, the weekday this week, else the date. */
export function briefTime(time: string, now = new Date()): string {
  const at = new Date(time);
  if (day(at) === day(now)) return clock(time);
  const days = (now.getTime() - at.getTime()) / 86_400_000;
  if (days < 6) return format("weekday", { weekday: "short" }).format(at);
  if (at.getFullYear() === now.getFullYear()) return format("date", { day: "numeric", month: "short" }).format(at);
  return format("year", { day: "numeric", month: "short", year: "2-digit" }).format(at);
}

/** The heading of a day: today and yesterday by their names. */
export function dayName(time: string, now = new Date()): string {
  const at = new Date(time);
  const relative = new Intl.RelativeTimeFormat(spoken(), { numeric: "auto" });
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (day(at) === day(now)) return relative.format(0, "day");
  if (day(at) === day(yesterday)) return relative.format(-1, "day");
  return format("day", { weekday: "long", day: "numeric", month: "long", ...(at.getFullYear() === now.getFullYear() ? {} : { year: "numeric" }) }).format(at);
}

/** Each unit with its seconds, and how many of them make one of the next. */
const steps = [
  ["minute", 60, 60],
  ["hour", 3600, 24],
  ["day", 86_400, 30],
  ["month", 2_592_000, 12],
  ["year", 31_536_000, Infinity],
] as const;

/** `3 hours ago`. */
export function ago(time: string): string {
  const seconds = (Date.parse(time) - Date.now()) / 1000;
  // Rounded first: sixty minutes are an hour.
  const [unit, size] = steps.find(([, one, most]) => Math.round(Math.abs(seconds) / one) < most) ?? steps[4];
  const count = Math.abs(seconds) < 60 ? 0 : Math.round(seconds / size);
  return new Intl.RelativeTimeFormat(spoken(), { numeric: "auto" }).format(count, unit);
}

/** A number as the language writes it. */
export const number = (value: number, options?: Intl.NumberFormatOptions): string => new Intl.NumberFormat(spoken(), options).format(value);

/** `English`, as the language of the page calls it; what is no tag of a language stays as it is. */
export function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames(spoken(), { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** `48 kB`; what is smaller than one of them in bytes. */
export function fileSize(bytes: number): string {
  if (bytes < 1000) return new Intl.NumberFormat(spoken(), { style: "unit", unit: "byte", unitDisplay: "long" }).format(bytes);
  const [value, unit] = bytes < 999_500 ? [bytes / 1000, "kilobyte"] : [bytes / 1_000_000, "megabyte"];
  return new Intl.NumberFormat(spoken(), { style: "unit", unit, maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);
}
