import type { Config } from "../shared/wire.js";
import type { Words } from "./i18n/index.js";

const day = 24 * 60 * 60 * 1000;

/** "Monday 9:00" in the visitor's own time zone; a date where that is more than a week away. */
export function momentOf(moment: number, now: number, { locale }: Words): string {
  const time = { hour: "numeric", minute: "2-digit" } as const;
  const days = (new Date(moment).setHours(0, 0, 0, 0) - new Date(now).setHours(0, 0, 0, 0)) / day;
  if (days < 0.5) return new Intl.DateTimeFormat(locale, time).format(moment);
  const date = days < 6.5 ? ({ weekday: "long" } as const) : ({ weekday: "short", day: "numeric", month: "long" } as const);
  return new Intl.DateTimeFormat(locale, { ...date, ...time }).format(moment);
}

/** Whether somebody is there, or when somebody will be again. */
export function availability(config: Config | null, online: boolean, now: number, words: Words): string {
  if (online) return words.say("online");
  const next = Date.parse(config?.office_hours?.next_open ?? "");
  return next > now ? words.say("backAt", { time: momentOf(next, now, words) }) : words.say("away");
}
