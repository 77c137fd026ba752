import type { Words } from "./i18n/index.js";

const day = 24 * 60 * 60 * 1000;

/** The time of day, as the language writes it. */
export function timeOf(moment: number, { locale }: Words): string {
  return new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" }).format(moment);
}

/** A day as people name it: today, yesterday, a weekday within the week, else the date. */
export function dayOf(moment: number, now: number, words: Words): string {
  const ago = Math.round((startOfDay(now) - startOfDay(moment)) / day);
  if (ago <= 0) return words.say("today");
  if (ago === 1) return words.say("yesterday");
  if (ago < 7) return new Intl.DateTimeFormat(words.locale, { weekday: "long" }).format(moment);
  const year = new Date(moment).getFullYear() === new Date(now).getFullYear() ? {} : { year: "numeric" as const };
  return new Intl.DateTimeFormat(words.locale, { day: "numeric", month: "long", ...year }).format(moment);
}

/** Midnight before a moment, in the visitor's time zone. */
export const startOfDay = (moment: number): number => new Date(moment).setHours(0, 0, 0, 0);

/** A size in bytes with the unit that keeps it short. */
export function sizeOf(bytes: number, { locale }: Words): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
  const power = Math.min(Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1000)), units.length - 1);
  const unit = units[power] ?? "byte";
  const style = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: power > 1 ? 1 : 0 } as const;
  return new Intl.NumberFormat(locale, style).format(bytes / 1000 ** power);
}

/** The length of a text as the server counts it: in code points. */
export const lengthOf = (text: string): number => [...text].length;

/** The letter that stands for a name. */
export const initialOf = (name: string): string => [...name.trim()][0]?.toLocaleUpperCase() ?? "";

/** "12 seconds", in every language with the right plural; minutes when they are many. */
export function spanOf(seconds: number, { locale }: Words): string {
  const [count, unit] = seconds > 90 ? [Math.ceil(seconds / 60), "minute"] : [seconds, "second"];
  return new Intl.NumberFormat(locale, { style: "unit", unit: unit as string, unitDisplay: "long" }).format(count as number);
}

/** How long ago something was, in the fewest words: "now", "5 min. ago", "yesterday", a date. */
export function agoOf(moment: number, now: number, { locale }: Words): string {
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  const minutes = Math.floor((now - moment) / 60_000);
  if (minutes < 1) return relative.format(0, "second");
  if (minutes < 60) return relative.format(-minutes, "minute");
  if (minutes < 24 * 60) return relative.format(-Math.floor(minutes / 60), "hour");
  const days = Math.round((startOfDay(now) - startOfDay(moment)) / day);
  if (days < 7) return relative.format(-days, "day");
  return new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" }).format(moment);
}

/** A share of one as a percentage. */
export const percentOf = (share: number, { locale }: Words): string =>
  new Intl.NumberFormat(locale, { style: "percent" }).format(share);
