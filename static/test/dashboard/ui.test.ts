import { expect, test } from "vitest";
import { ApiError, errorOf, unreachable } from "../../src/dashboard/api/errors.js";
import { speak } from "../../src/dashboard/i18n/index.js";
import { hueOf, initialsOf } from "../../src/dashboard/ui/Avatar.js";
import { showUnread } from "../../src/dashboard/ui/favicon.js";
import { ago, briefTime, date, dateTime, dayName, fileSize, languageName, number, sameDay } from "../../src/dashboard/ui/time.js";
import { countInTitle } from "../../src/dashboard/ui/title.js";

const now = new Date(2026, 0, 25, 15, 0);
const on = (month: number, day: number, hour = 12, year = 2026) => new Date(year, month, day, hour).toISOString();

test("a time is as short as it can be", () => {
  expect(briefTime(on(0, 25, 14), now)).toMatch(/2:00.PM/);
  expect(briefTime(on(0, 22), now)).toBe("Thu");
  expect(briefTime(on(0, 2), now)).toBe("Jan 2");
  expect(briefTime(on(5, 2, 12, 2024), now)).toBe("Jun 2, 24");
});

test("today and yesterday have names, in the language that is spoken", async () => {
  expect([dayName(on(0, 25), now), dayName(on(0, 24), now), dayName(on(0, 2), now)]).toEqual(["today", "yesterday", "Friday, January 2"]);
  await speak("de");
  expect([dayName(on(0, 25), now), number(50_000), fileSize(48_211)]).toEqual(["heute", "50.000", "48 kB"]);
  expect([languageName("en"), languageName("ja"), languageName("no tag")]).toEqual(["Englisch", "Japanisch", "no tag"]);
  await speak("en");
  expect(sameDay(on(0, 25, 1), on(0, 25, 23))).toBe(true);
  expect(sameDay(on(0, 25), on(0, 26))).toBe(false);
});

test("how long ago something was is told in the language that is spoken", async () => {
  const hoursAgo = new Date(Date.now() - 3 * 3_600_000).toISOString();
  expect([ago(hoursAgo), ago(new Date().toISOString()), ago(new Date(Date.now() + 86_400_000 * 2.2).toISOString())]).toEqual(["3 hours ago", "this minute", "in 2 days"]);
  await speak("de");
  expect([ago(hoursAgo), number(1234.5), number(0.25, { style: "percent" })]).toEqual(["vor 3 Stunden", "1.234,5", "25\u00a0%"]);
  expect([date(on(0, 25)), dateTime(on(0, 25))]).toEqual(["25.01.2026", "25.01.2026, 12:00"]);
  await speak("en");
});

test("initials are of the first and the last word, in any script", () => {
  expect(["Amelia Hart", "ليلى حداد", "Cher", "  ", "Jean Paul Martin"].map(initialsOf)).toEqual(["AH", "لح", "C", "?", "JM"]);
  expect(hueOf("Amelia")).toBe(hueOf("Amelia"));
});

test("what waits stands in the title and on the sign", () => {
  document.head.innerHTML = '<link rel="icon" href="data:,">';
  countInTitle(120);
  expect(document.title).toMatch(/^\(99\+\) /);
  countInTitle(0);
  expect(document.title).not.toContain("(");
  const sign = () => document.querySelector("link")?.href ?? "";
  showUnread(true);
  expect(sign()).toContain("circle");
  showUnread(false);
  expect(sign()).not.toContain("circle");
});

test("an answer that is no JSON is an error with a number all the same", async () => {
  const error = await errorOf(new Response("<html>", { status: 502, headers: { "X-Request-Id": "req_7" } }));
  expect(error).toMatchObject({ code: 502, kind: "internal_error", requestId: "req_7", passing: true, field: null });
});

test("an error names its field, and whether it may pass", () => {
  const refused = new ApiError({ code: 400, kind: "invalid_input", message: "No", details: { field: "email" } });
  expect([refused.field, refused.passing, unreachable().passing]).toEqual(["email", false, true]);
});
