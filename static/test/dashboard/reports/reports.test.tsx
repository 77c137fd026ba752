import { screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { roundUp } from "../../../src/dashboard/reports/Chart.js";
import { cell, csvOf, lastDays, lengthOf, type Line } from "../../../src/dashboard/reports/figures.js";
import { figures, report } from "../fake/pages.js";
import { open } from "../fake/open.js";
import { account } from "../fake/rows.js";

const line = (key: string | null, name = key, change = {}): Line => ({ key, name, ...figures(change) });
const days = [line("2026-01-01"), line("2026-01-02", "2026-01-02", { ratings: { count: 0, average: null, distribution: { "1": 0, "2": 0, "3": 0, "4": 0, "5": 0 } } })];

const openReports = (path = "/reports", data: Line[] = [line("usr_1", "Sarah Johnson"), line(null, null)]) =>
  open(path, (server) => server.on("GET /v2/reports", ({ query }) => (query.get("group") === "day" ? report("day", days) : report(query.get("group") as "user", data))));

test("the figures of the span stand at the top, with median and ninth decile", async () => {
  openReports();
  const tile = (await screen.findByText("9 of 10 within 10m 10s")).closest("div") as HTMLElement;
  expect(within(tile).getByText("1m 35s")).toBeTruthy();
  expect(screen.getByText("40 received, 31 sent")).toBeTruthy();
  expect(screen.getByText("4.5 ★")).toBeTruthy();
  expect(screen.getByText("Days are those of Europe/Vienna.")).toBeTruthy();
});

test("behind every chart stands a table, and a button shows it", async () => {
  const app = openReports();
  const chart = await screen.findByRole("region", { name: "Conversations" });
  const table = within(chart).getByRole("table", { name: "Conversations" });
  expect(within(table).getAllByRole("row").map((row) => row.textContent)).toEqual(["DayOpenedClosed", "Jan 11210", "Jan 21210"]);
  await app.user.click(within(chart).getByRole("button", { name: "As table" }));
  expect(chart.querySelector("svg")).toBeNull();
  await app.user.click(within(chart).getByRole("button", { name: "As chart" }));
  expect(chart.querySelectorAll("svg rect").length).toBeGreaterThan(0);
  const ratings = within(screen.getByRole("region", { name: "Rating" })).getByRole("table");
  expect(within(ratings).getAllByRole("row").at(-1)?.textContent).toBe("Jan 2—");
});

test("another span is asked for, and stands in the address", async () => {
  const app = openReports();
  await app.user.click(await screen.findByRole("radio", { name: "7 days" }));
  const { from, to } = lastDays(7, account().time_zone);
  await waitFor(() => expect(app.router.state.location.search).toEqual({ from, to }));
  expect(app.server.asked("GET /v2/reports").at(-1)?.query.get("from")).toBe(from);
});

test("a span of one's own is read from the address, and nonsense is not", async () => {
  const app = openReports("/reports?from=2026-01-01&to=yesterday");
  await screen.findByText("4.5 ★");
  expect(app.server.asked("GET /v2/reports")[0]?.query.get("from")).toBe("2026-01-01");
  expect(app.server.asked("GET /v2/reports")[0]?.query.get("to")).toBe(lastDays(1, account().time_zone).to);
  expect((screen.getByLabelText("First day") as HTMLInputElement).value).toBe("2026-01-01");
});

test("the same by agent, label and channel", async () => {
  const app = openReports("/reports", [line("whatsapp", "whatsapp"), line(null, null)]);
  await app.user.click(await screen.findByRole("radio", { name: "Channel" }));
  const table = within(await screen.findByRole("region", { name: "Who and where" })).getByRole("table");
  await waitFor(() => expect(within(table).getByText("WhatsApp")).toBeTruthy());
  expect(within(table).getByText("Nobody")).toBeTruthy();
});

test("days on which nothing was done by anybody say so", async () => {
  openReports("/reports", []);
  expect(await screen.findByText("Nothing to tell for these days.")).toBeTruthy();
});

test("the figures are kept as a file", async () => {
  const app = openReports();
  const made: Blob[] = [];
  vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: (blob: Blob) => (made.push(blob), "blob:1"), revokeObjectURL: () => undefined }));
  const [first] = await screen.findAllByRole("button", { name: "Download CSV" });
  await waitFor(() => expect((first as HTMLButtonElement).disabled).toBe(false));
  await app.user.click(first as HTMLElement);
  const [head, row] = ((await made[0]?.text()) ?? "").split("\r\n");
  expect(head).toBe("day,opened,closed,reopened,received,sent,first_response_median_seconds,first_response_p90_seconds,resolution_median_seconds,resolution_p90_seconds,ratings,rating_average");
  expect(row).toBe("2026-01-01,12,10,1,40,31,95,610,4800,90000,4,4.5");
});

test.each([
  ["=1+1", "'=1+1"],
  ["+49", "'+49"],
  ["-2", "'-2"],
  ["@x", "'@x"],
  ["\tx", "'\tx"],
  ['a "b", c', '"a ""b"", c"'],
  ["=a,b", '"\'=a,b"'],
  ["plain", "plain"],
])("a cell of %j is no formula", (value, want) => expect(cell(value)).toBe(want));

test("numbers stay numbers, and nothing stays empty", () => {
  expect(cell(-2)).toBe("-2");
  expect(cell(null)).toBe("");
  expect(csvOf("user", [line(null, null)]).split("\r\n")[1]).toMatch(/^,12,/);
});

test("lengths are told in their two largest units", () => {
  expect(lengthOf(null, "en")).toBe("—");
  expect(lengthOf(0, "en")).toBe("0s");
  expect(lengthOf(59, "en")).toBe("59s");
  expect(lengthOf(4800, "en")).toBe("1h 20m");
  expect(lengthOf(172_800, "en")).toBe("2d");
});

test("spans count whole days, over the ends of months", () => {
  expect(lastDays(7, "UTC", new Date("2026-03-03T12:00:00Z"))).toEqual({ from: "2026-02-25", to: "2026-03-03" });
});

test("today is the account's, whichever side of midnight the browser is on", () => {
  const evening = new Date("2026-11-28T23:11:00Z");
  const today = ["UTC", "Pacific/Auckland", "America/Los_Angeles"].map((zone) => lastDays(30, zone, evening).to);
  expect(today).toEqual(["2026-11-28", "2026-11-29", "2026-11-28"]);
  expect(lastDays(30, "America/Los_Angeles", new Date("2026-11-28T03:00:00Z"))).toEqual({ from: "2026-10-29", to: "2026-11-27" });
});

test("scales end at round numbers", () => {
  expect([0, 0.3, 1, 7, 12, 26, 101].map(roundUp)).toEqual([1, 0.5, 1, 10, 20, 50, 200]);
});
