import { expect, test } from "vitest";
import { agoOf, percentOf, spanOf } from "../../src/widget/format.js";
import { availability, momentOf } from "../../src/widget/hours.js";
import { english, wordsIn } from "../fake/words.js";

const now = new Date(2026, 0, 23, 18, 30).getTime();
const plain = (text: string) => text.replaceAll(/\s/g, " ");
const closed = (next: Date | null) => ({ greeting: "", office_hours: { enabled: true, open: false, next_open: next?.toISOString() ?? null } });

test("the visitor reads in their own time when somebody is back", () => {
  const monday = new Date(2026, 0, 26, 9);
  expect(plain(availability(closed(monday), false, now, english))).toBe("We are back Monday 9:00 AM, your time");
  expect(availability(closed(monday), true, now, english)).toBe("Online now");
  expect(availability(closed(null), false, now, english)).toBe("We reply as soon as we can");
  expect(availability(closed(new Date(2026, 0, 20)), false, now, english)).toBe("We reply as soon as we can");
  expect(availability(null, false, now, english)).toBe("We reply as soon as we can");
});

test("today needs only the time, a day beyond the week its date", async () => {
  expect(plain(momentOf(new Date(2026, 0, 23, 20).getTime(), now, english))).toBe("8:00 PM");
  expect(plain(momentOf(new Date(2026, 1, 2, 9).getTime(), now, english))).toBe("Mon, February 2 at 9:00 AM");
  expect(momentOf(new Date(2026, 0, 26, 9).getTime(), now, await wordsIn("de"))).toBe("Montag, 09:00");
});

test("waits and ages are told in the language's own words", async () => {
  expect([1, 12, 91, 600].map((seconds) => spanOf(seconds, english))).toEqual(["1 second", "12 seconds", "2 minutes", "10 minutes"]);
  expect(spanOf(3, await wordsIn("pl"))).toBe("3 sekundy");
  const ages = [10_000, 5 * 60_000, 3 * 3_600_000, 30 * 3_600_000, 20 * 24 * 3_600_000];
  expect(ages.map((age) => agoOf(now - age, now, english))).toEqual(["now", "5 min. ago", "3 hr. ago", "yesterday", "Jan 3"]);
  expect(percentOf(0.42, english)).toBe("42%");
});

test("on a holiday the visitor learns why nobody is there, by the calendar of the site", async () => {
  const monday = new Date(2026, 0, 26, 9).toISOString();
  const late = Date.parse("2026-01-23T22:30:00Z");
  const shut = (more: object) => ({ greeting: "", office_hours: { enabled: true, open: false, next_open: monday, time_zone: "Asia/Tokyo", holidays: ["2026-01-24"], ...more } });
  const says = (more: object, words = english) => plain(availability(shut(more), false, late, words));
  expect(says({})).toBe("Today is a holiday for us. We are back Monday 9:00 AM, your time");
  expect(says({ next_open: null })).toBe("Today is a holiday for us. We reply as soon as we can");
  const usual = "We are back Monday 9:00 AM, your time";
  expect([{ time_zone: "Europe/Berlin" }, { enabled: false }, { holidays: undefined }, { time_zone: "Mars/Olympus" }].map((more) => says(more))).toEqual(Array(4).fill(usual));
  expect(says({}, await wordsIn("de"))).toMatch(/^Heute ist bei uns Feiertag\. Wir sind wieder da: /);
  expect(availability(shut({}), true, late, english)).toBe("Online now");
});
