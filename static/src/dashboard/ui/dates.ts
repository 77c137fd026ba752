import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { spoken } from "../i18n/index.js";

/** How times are told: in the person's language and zone. */
export interface Dates {
  /** 25 Jan 2026 */
  day(time: string): string;
  /** 25 Jan 2026, 15:20 */
  full(time: string): string;
  /** 3 hours ago */
  ago(time: string): string;
  number(value: number, options?: Intl.NumberFormatOptions): string;
}

const steps = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
] as const;

/** Tells times and numbers in the language that is spoken now. */
export function useDates(): Dates {
  const { i18n } = useTranslation();
  return useMemo(() => {
    const language = spoken();
    const day = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
    const full = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
    const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
    return {
      day: (time) => day.format(new Date(time)),
      full: (time) => full.format(new Date(time)),
      ago: (time) => {
        const seconds = (Date.parse(time) - Date.now()) / 1000;
        const step = steps.find(([, size]) => Math.abs(seconds) >= size);
        return step ? relative.format(Math.round(seconds / step[1]), step[0]) : relative.format(0, "minute");
      },
      number: (value, options) => new Intl.NumberFormat(language, options).format(value),
    };
  }, [i18n.language]);
}
