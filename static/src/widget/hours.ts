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

/** Whether somebody is there, or when somebody will be again, and that it is a holiday if today is one. */
export function availability(config: Config | null, online: boolean, now: number, words: Words): string {
  if (online) return words.say("online");
  const hours = config?.office_hours;
  const next = Date.parse(hours?.next_open ?? "");
  const back = next > now ? words.say("backAt", { time: momentOf(next, now, words) }) : words.say("away");
  return isHoliday(hours, now) ? `${words.say("holiday")} ${back}` : back;
}

/** Holidays are days of the site, wherever the visitor is. */
function isHoliday(hours: Config["office_hours"], now: number): boolean {
  try {
    // Sweden writes dates as ISO 8601 does.
    const today = new Intl.DateTimeFormat("sv", { timeZone: hours?.time_zone }).format(now);
    return Boolean(hours?.enabled && hours.holidays?.includes(today));
  } catch {
    // A time zone that this browser does not know.
    return false;
  }
}
