import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { languages } from "../../../src/dashboard/i18n/areas.js";
import { speak, speakLater } from "../../../src/dashboard/i18n/index.js";
import { Chart, countUp, roundUp, type Series, timeUp } from "../../../src/dashboard/reports/Chart.js";
import { csvOf, lastDays, lengthOf, type Line } from "../../../src/dashboard/reports/figures.js";
import { seeded } from "../../fake/random.js";
import { gateway, hold } from "../fake/answers.js";
import { draw } from "../fake/ground.js";
import { press } from "../fake/hands.js";
import { open } from "../fake/open.js";
import { figures, report } from "../fake/pages.js";
import { Refusal } from "../fake/server.js";

afterEach(async () => {
  vi.useRealTimers();
  await speak("en");
});

const line = (key: string | null, name = key, change = {}): Line => ({ key, name, ...figures(change) });

test("a scale ends at a round number that is not far above what is drawn", () => {
  const random = seeded(5);
  for (let round = 0; round < 3000; round++) {
    const value = 10 ** (random() * 12 - 4);
    const top = roundUp(value);
    expect(top, String(value)).toBeGreaterThanOrEqual(value);
    expect(top / value, String(value)).toBeLessThanOrEqual(2.0000001);
    expect(top.toPrecision(12).replace(/0+$|\.|e.*|^0\.0*/g, "").replace(/0+$/, "").length, String(top)).toBeLessThanOrEqual(2);
  }
  expect([-1, 0, 1, 10, 100, 1000, 1e6].map(roundUp)).toEqual([1, 1, 1, 10, 100, 1000, 1e6]);
});

test("a scale of what is counted has no halves, and one of times no second unit, at its top and in its middle", () => {
  const random = seeded(22);
  for (const value of [0, ...Array.from({ length: 2000 }, () => 10 ** (random() * 8))]) {
    const [counts, seconds] = [countUp(Math.ceil(value)), timeUp(value)];
    expect(Number.isInteger(counts / 2) && counts >= Math.ceil(value), `${value}: ${counts}`).toBe(true);
    expect(seconds, String(value)).toBeGreaterThanOrEqual(value);
    for (const told of [seconds, seconds / 2]) expect(lengthOf(told, "en"), String(value)).toMatch(/^[\d,]+[smhd]$/);
  }
  expect([0, 1, 3, 5, 24, 130].map(countUp)).toEqual([2, 2, 4, 6, 40, 200]);
  expect([0, 95, 34 * 3600, 69 * 3600].map((value) => lengthOf(timeUp(value), "en"))).toEqual(["10s", "2m", "2d", "4d"]);
});

/** A CSV file read by the rules of RFC 4180. */
function read(text: string): string[][] {
  const rows: string[][] = [[]];
  const field = /(?:"((?:[^"]|"")*)"|([^,"\r\n]*))(,|\r\n|$)/y;
  for (let at = 0; at < text.length; at = field.lastIndex) {
    field.lastIndex = at;
    const [, quoted, plain = "", end] = field.exec(text) ?? [];
    if (end === undefined) throw new Error(`no CSV at ${at}`);
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === "\r\n") rows.push([]);
  }
  return rows.slice(0, -1);
}

test("a file of figures can be read by a program, whatever people and labels are called, and none of it is a formula", () => {
  const random = seeded(4180);
  const signs = ['"', ",", "\n", "\r\n", "=", "+", "-", "@", "\t", "a", "é", "🥣", " ", ";", "ليلى"];
  const names = Array.from({ length: 200 }, () => Array.from({ length: Math.floor(random() * 6) }, () => signs[Math.floor(random() * signs.length)]).join(""));
  const rows = read(csvOf("label", names.map((name, i) => line(`lbl_${i}`, name))));
  expect(rows).toHaveLength(201);
  for (const [i, row] of rows.slice(1).entries()) {
    const name = names[i] ?? "";
    expect(row).toHaveLength(12);
    expect(row[0]).toBe(/^[=+\-@\t\r]/.test(name) ? `'${name}` : name);
    expect(row[0]).not.toMatch(/^[=+\-@\t\r]/);
  }
});

test("a length never counts sixty minutes, and a longer one is never told as shorter", () => {
  const random = seeded(9);
  const size: Record<string, number> = { d: 86_400, h: 3600, m: 60, s: 1 };
  const told = (seconds: number) => [...lengthOf(seconds, "en").matchAll(/([\d,]+)([dhms])/g)].map(([, count = "", unit = ""]) => [Number(count.replace(",", "")), unit] as const);
  const worth = (seconds: number) => told(seconds).reduce((sum, [count, unit]) => sum + count * (size[unit] ?? 0), 0);
  const all = Array.from({ length: 700 }, () => 10 ** (random() * 7)).sort((a, b) => a - b);
  for (const [i, seconds] of all.entries()) {
    expect(told(seconds).length).toBeLessThanOrEqual(2);
    for (const [count, unit] of told(seconds)) expect(count, `${seconds} s`).toBeLessThan({ d: 1e6, h: 24, m: 60, s: 60 }[unit] ?? 0);
    expect(worth(seconds)).toBeLessThanOrEqual(seconds);
    expect(worth(seconds)).toBeGreaterThanOrEqual(worth(all[i - 1] ?? 0));
  }
});

test("the last days are as many as they are called, over months, years and clocks that change", () => {
  for (let day = 0; day < 800; day++) {
    const today = new Date(Date.UTC(2025, 0, 1 + day, day % 24, 59));
    for (const count of [1, 7, 30, 90]) {
      const { from, to } = lastDays(count, "UTC", today);
      expect((Date.parse(to) - Date.parse(from)) / 86_400_000).toBe(count - 1);
      expect(to).toBe(today.toISOString().slice(0, 10));
    }
  }
});

const chart = (kind: "bars" | "lines", values: (number | null)[], more: Partial<Parameters<typeof Chart>[0]> = {}) => {
  const series: Series[] = [{ label: "Opened", tone: 1, values }];
  return draw(<Chart title="Conversations" kind={kind} days={values.map((_, i) => ({ key: new Date(Date.UTC(2026, 0, i + 1)).toISOString().slice(0, 10) }))} series={series} say={String} top={roundUp} {...more} />).container;
};

test.each([
  ["no days", []],
  ["one day", [3]],
  ["days without anything", [0, 0, 0]],
  ["days that are not known", [null, null]],
  ["a year", Array.from({ length: 366 }, (_, i) => i)],
  ["fractions", [0.001, 1 / 3, 0.5]],
])("a chart of %s is drawn within its frame", async (_, values) => {
  await speakLater("en");
  for (const kind of ["bars", "lines"] as const) {
    const drawn = chart(kind, values);
    const numbers = [...drawn.querySelectorAll("rect, circle, line, polyline")].flatMap((shape) => ["x", "y", "cx", "cy", "width", "height", "points"].flatMap((name) => (shape.getAttribute(name) ?? "").split(/[ ,]/).filter(Boolean).map(Number)));
    for (const number of numbers) expect(number >= 0 && number <= 560, `${kind}: ${number}`).toBe(true);
    expect(drawn.querySelectorAll("tbody tr")).toHaveLength(values.length);
  }
});

test("words at a chart run in their own direction, though the drawing runs from left to right", async () => {
  await speakLater("en");
  const drawn = chart("bars", [1, 2], { say: (value) => `${value} يوم` });
  const words = [...drawn.querySelectorAll("svg text")].map(({ textContent }) => textContent);
  expect(words).toEqual(["\u20681 يوم\u2069", "\u20682 يوم\u2069", "\u2068Jan 1\u2069", "\u2068Jan 2\u2069"]);
});

test("a day without a value is no zero: the line passes it over, and the table says that nothing is known", async () => {
  await speakLater("en");
  const drawn = chart("lines", [2, null, 0]);
  expect(drawn.querySelector("polyline")?.getAttribute("points")?.split(" ")).toHaveLength(2);
  expect([...drawn.querySelectorAll("tbody td")].map((cell) => cell.textContent)).toEqual(["2", "—", "0"]);
});

test("the day under the pointer is told beside the names, and the last one when it has gone", async () => {
  await speakLater("en");
  const drawn = chart("bars", [1, 2, 3]);
  const svg = drawn.querySelector("svg") as SVGSVGElement;
  svg.getBoundingClientRect = () => ({ left: 100, width: 300 }) as DOMRect;
  const told = () => drawn.querySelector("b")?.textContent;
  expect(told()).toBe("3");
  for (const [clientX, value] of [[110, "1"], [399, "3"], [201, "2"], [-50, "1"], [9999, "3"]] as const) {
    fireEvent.pointerMove(svg, { clientX });
    expect(told(), String(clientX)).toBe(value);
  }
  fireEvent.pointerMove(svg, { clientX: 110 });
  fireEvent.pointerLeave(svg);
  expect(told()).toBe("3");
});

test("what a chart shows is there for whoever does not see it, once, under its name", async () => {
  await speakLater("en");
  const drawn = chart("bars", [1, 2]);
  expect(drawn.querySelector("svg")?.getAttribute("aria-hidden")).toBe("true");
  expect(screen.getAllByRole("table", { name: "Conversations" })).toHaveLength(1);
  const switched = screen.getByRole("button", { name: "As table" });
  fireEvent.click(switched);
  expect(switched.getAttribute("aria-pressed")).toBe("true");
  // A landmark within a landmark of the same name would be met twice; what scrolls is reached by the keyboard all the same.
  expect(screen.getAllByRole("region", { name: "Conversations" })).toHaveLength(1);
  expect(screen.getByRole("group", { name: "Conversations" }).tabIndex).toBe(0);
  expect(screen.getAllByRole("table", { name: "Conversations" })).toHaveLength(1);
});

const reports = (prepare: Parameters<typeof open>[1], path = "/reports") =>
  open(path, (server) => {
    server.on("GET /v2/reports", ({ query }) => report(query.get("group") as "day", query.get("group") === "day" ? [line("2026-01-01"), line("2026-01-02")] : [line("usr_1", "Sarah"), line("usr_2", "Tom", { conversations: { opened: 0, closed: 0, reopened: 0 } })]));
    prepare?.(server);
  });

test("a span that the server refuses says why, and another one may be chosen", async () => {
  const app = reports((server) => server.on("GET /v2/reports", ({ query }) => (query.get("from") === "2020-01-01" ? new Refusal(400, "invalid_input", "At most 400 days", { field: "from" }) : report("day", [line("2026-01-01")]))), "/reports?from=2020-01-01&to=2026-01-01");
  await waitFor(() => expect(screen.getAllByText("At most 400 days")).toHaveLength(2));
  expect(screen.getAllByRole<HTMLButtonElement>("button", { name: "Download CSV" }).map(({ disabled }) => disabled)).toEqual([true, true]);
  fireEvent.change(screen.getByLabelText("First day"), { target: { value: "2025-12-01" } });
  await screen.findByText("4.5 ★");
  expect(app.router.state.location.search).toEqual({ from: "2025-12-01", to: "2026-01-01" });
});

test("a day that is emptied while it is typed asks for nothing", async () => {
  const app = reports(undefined, "/reports?from=2026-01-01&to=2026-01-02");
  await screen.findByText("4.5 ★");
  const asked = app.server.calls.length;
  fireEvent.change(screen.getByLabelText("Last day"), { target: { value: "" } });
  expect([app.server.calls.length, app.router.state.location.search]).toEqual([asked, { from: "2026-01-01", to: "2026-01-02" }]);
});

test("figures of another span come in place of those that are there, which are called old until then", async () => {
  const app = reports(undefined);
  const figure = await screen.findByText("4.5 ★");
  const held = hold(app.server, "GET /v2/reports", () => report("day", [line("2026-01-01")], { totals: figures({ ratings: { count: 1, average: 2, distribution: { "1": 0, "2": 1, "3": 0, "4": 0, "5": 0 } } }) }));
  fireEvent.click(screen.getByRole("radio", { name: "7 days" }));
  await waitFor(() => expect(figure.closest("[aria-busy=true]")).not.toBeNull());
  await waitFor(() => expect(held.waiting).toBe(2));
  held.release();
  held.release();
  await screen.findByText("2 ★");
  await waitFor(() => expect(document.querySelector("[aria-busy=true]")).toBeNull());
});

test("shares are drawn against the largest, and nobody's against nothing", async () => {
  reports(undefined);
  const table = within(await screen.findByRole("region", { name: "Who and where" })).getByRole("table");
  expect([...table.querySelectorAll<HTMLElement>("td > span[aria-hidden]")].map(({ style }) => style.inlineSize)).toEqual(["60%", "0%"]);
});

test("one part that cannot be read leaves the other one, and is asked for again by itself", async () => {
  let fails = true;
  const app = reports((server) => server.on("GET /v2/reports", ({ query }) => (query.get("group") === "user" && fails ? gateway() : report(query.get("group") as "day", [line("2026-01-01", "Sarah")]))));
  await screen.findByText("4.5 ★");
  fails = false;
  const days = () => app.server.asked("GET /v2/reports").filter(({ query }) => query.get("group") === "day").length;
  const before = days();
  await press("Try again");
  await screen.findByRole("region", { name: "Who and where" });
  expect(days()).toBe(before);
});

for (const { code } of languages.filter(({ code }) => code !== "en")) {
  test(`${code}: lengths and days are told in the language, without a word of English`, async () => {
    await act(() => speak(code));
    await speakLater(code);
    const told = lengthOf(93_600, code);
    expect(told).toContain(new Intl.NumberFormat(code, { style: "unit", unit: "day", unitDisplay: "narrow" }).format(1));
    const drawn = chart("bars", [1, 2]);
    expect(drawn.querySelector("tbody th")?.textContent).toBe(new Intl.DateTimeFormat(code, { day: "numeric", month: "short", timeZone: "UTC" }).format(Date.UTC(2026, 0, 1)));
    expect(drawn.textContent).not.toMatch(/As table|Day\b/);
  });
}
