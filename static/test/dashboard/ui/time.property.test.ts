import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { languages } from "../../../src/dashboard/i18n/areas.js";
import { speak } from "../../../src/dashboard/i18n/index.js";
import { ago, briefTime, clock, date, dateTime, dayName, fileSize, fullTime, number, sameDay } from "../../../src/dashboard/ui/time.js";
import { seeded } from "../../fake/random.js";

const now = new Date(2026, 6, 15, 14, 30);
const before = (seconds: number): string => new Date(now.getTime() - seconds * 1000).toISOString();
const [minute, hour, day] = [60, 3600, 86_400];

beforeEach(() => void vi.useFakeTimers({ now, toFake: ["Date"] }));
afterEach(async () => {
  vi.useRealTimers();
  await speak("en");
});

test.each([
  [29, "this minute"],
  [59, "this minute"],
  [60, "1 minute ago"],
  [59 * minute + 29, "59 minutes ago"],
  [59 * minute + 31, "1 hour ago"],
  [23 * hour + 29 * minute, "23 hours ago"],
  [23 * hour + 31 * minute, "yesterday"],
  [29 * day + 13 * hour, "last month"],
  [345 * day, "last year"],
  [800 * day, "2 years ago"],
  [-59, "this minute"],
  [-(59 * minute + 45), "in 1 hour"],
  [-(23 * hour + 45 * minute), "tomorrow"],
])("%d seconds ago is %s", (seconds, text) => expect(ago(before(seconds))).toBe(text));

test("how long ago something was never counts sixty minutes, twenty-four hours, thirty days or twelve months, and never goes backwards", () => {
  const random = seeded(7);
  const most: Record<string, number> = { minute: 59, hour: 23, day: 29, month: 11 };
  const size: Record<string, number> = { minute, hour, day, month: 30 * day, year: 365 * day };
  const numbered = (text: string) => /(\d+) (minute|hour|day|month|year)/.exec(text);
  for (let round = 0; round < 4000; round++) {
    const seconds = Math.floor(10 ** (random() * 8.6));
    const found = numbered(ago(before(seconds)));
    if (!found) continue;
    const [, count, unit = ""] = found;
    expect(Number(count), `${seconds} s`).toBeLessThanOrEqual(most[unit] ?? Infinity);
    // Nothing is told that is off by more than half of what it is told in.
    expect(Math.abs(Number(count) * (size[unit] ?? 0) - seconds), `${seconds} s`).toBeLessThanOrEqual((size[unit] ?? 0) * 0.51);
  }
});

test("a time of a list is one of four, by how far it lies back, and today is never a date", () => {
  const random = seeded(11);
  for (let round = 0; round < 500; round++) {
    const at = new Date(now.getTime() - Math.floor(10 ** (random() * 9.5)) * 100);
    const text = briefTime(at.toISOString(), now);
    const sort = /^\d{1,2}:\d{2}.[AP]M$/.test(text) ? "clock" : /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)$/.test(text) ? "weekday" : /^[A-Z][a-z]{2} \d{1,2}$/.test(text) ? "day" : /^[A-Z][a-z]{2} \d{1,2}, \d{2}$/.test(text) ? "year" : text;
    const wanted = sameDay(at.toISOString(), now.toISOString()) ? "clock" : now.getTime() - at.getTime() < 6 * day * 1000 ? "weekday" : at.getFullYear() === 2026 ? "day" : "year";
    expect(sort, at.toISOString()).toBe(wanted);
  }
});

test("a weekday alone always means one day of the last seven", () => {
  const names = Array.from({ length: 24 * 7 }, (_, hours) => [new Date(now.getTime() - hours * 3_600_000), briefTime(before(hours * hour), now)] as const).filter(([, text]) => /^[A-Z][a-z]{2}$/.test(text));
  for (const [at, text] of names) for (const [other, same] of names) if (text === same) expect(sameDay(at.toISOString(), other.toISOString())).toBe(true);
});

test("days around midnight and the new year are told apart by the calendar, not by hours", () => {
  const eve = new Date(2026, 0, 1, 0, 5);
  expect(dayName(new Date(2025, 11, 31, 23, 55).toISOString(), eve)).toBe("yesterday");
  expect(dayName(new Date(2025, 11, 30, 23, 55).toISOString(), eve)).toBe("Tuesday, December 30, 2025");
  expect(dayName(new Date(2026, 0, 1, 0, 1).toISOString(), eve)).toBe("today");
  // The day on which clocks go forward has 23 hours.
  expect(dayName(new Date(2026, 2, 28, 12).toISOString(), new Date(2026, 2, 29, 12))).toBe("yesterday");
});

test("sizes are told in the unit that has no thousand of them", () => {
  const random = seeded(3);
  expect([0, 1, 14, 999, 1000, 999_499, 999_500, 1_000_000, 10_485_760].map(fileSize)).toEqual(["0 bytes", "1 byte", "14 bytes", "999 bytes", "1 kB", "999 kB", "1 MB", "1 MB", "10 MB"]);
  for (let round = 0; round < 300; round++) {
    const bytes = Math.floor(random() * 1_100_000);
    expect(fileSize(bytes), String(bytes)).not.toMatch(/1,000/);
  }
});

for (const { code } of languages) {
  test(`${code}: dates, clocks and numbers are those of the language, at once after it is chosen`, async () => {
    await speak(code);
    const at = before(0);
    const as = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(code, options).format(now);
    expect([clock(at), date(at), dateTime(at), fullTime(at)]).toEqual([as({ hour: "numeric", minute: "2-digit" }), as({ dateStyle: "medium" }), as({ dateStyle: "medium", timeStyle: "short" }), as({ dateStyle: "full", timeStyle: "short" })]);
    expect(number(1234.5)).toBe(new Intl.NumberFormat(code).format(1234.5));
    expect(ago(before(3 * hour))).toBe(new Intl.RelativeTimeFormat(code, { numeric: "auto" }).format(-3, "hour"));
    expect(dayName(before(day), now)).toBe(new Intl.RelativeTimeFormat(code, { numeric: "auto" }).format(-1, "day"));
  });
}
