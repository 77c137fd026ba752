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
