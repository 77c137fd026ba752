// How fast the dashboard's inbox is with many conversations: `make bench-desk`, or
//
//   PARLEY_BIN=bin/parley node static/bench/dashboard.mjs [CONVERSATIONS]
//
// Fills a folder by `parley demo` (50,000 conversations unless a number is given), starts the program, logs in
// with Chromium and prints, each from the event to the paint that follows it: conversations opened by the mouse
// and by J and K, for the first time and again; scrolling far down the list; the first load. Beside them stands
// a bare fetch of the same conversations' messages, made in the same page. What it prints depends on what else
// the machine does: its load is printed first and last. DATABASE_URL and REDIS_URL of an empty database and an
// empty Redis make it run on those instead of SQLite.
import { randomBytes } from "node:crypto";
import { loadavg, cpus } from "node:os";
import { sit } from "../e2e/desk.mjs";
import { launch } from "../e2e/program.mjs";
import { openBrowser } from "../e2e/visitor.mjs";
import { asking, probes, quantile, told } from "./probes.mjs";

const conversations = Number(process.argv[2] ?? 50_000);
const { DATABASE_URL, REDIS_URL } = process.env;
const openings = 40;
const say = (name, text) => console.log(`${name.padEnd(34)} ${text}`);
const load = () => `${loadavg().map((figure) => figure.toFixed(1)).join(" ")} on ${cpus().length} processors`;

/** Opens a conversation by `act`; gives the time to the paint and what was asked for. */
async function opened(page, calls, act) {
  await calls.quiet();
  calls.taken();
  // In a call of its own: a key may overtake a call that is not answered yet.
  await page.evaluate(() => {
    window.probe.took = window.probe.opening();
  });
  await act();
  const time = await page.evaluate(() => window.probe.took);
  await calls.quiet();
  return { time, ...calls.taken() };
}

/** The same for many; tells of it in two lines. */
async function all(name, goal, page, calls, acts) {
  const found = [];
  for (const act of acts) found.push(await opened(page, calls, act));
  const times = found.map(({ time }) => time);
  say(name, `${told(times)} (goal: ${goal} ms)`);
  const sums = new Map();
  for (const path of found.flatMap(({ paths }) => paths)) sums.set(path, (sums.get(path) ?? 0) + 1);
  say("", `calls for each: ${[...sums].map(([path, sum]) => `${(sum / found.length).toFixed(1)} ${path}`).join(", ") || "none"}`);
  return times;
}

/** Rows in sight that do not lie beside each other, down several screens. */
async function rowsFarApart(page, count) {
  const ids = [];
  const { data } = await page.evaluate(async (limit) => (await fetch(`/v2/conversations?status=open&limit=${limit}`)).json(), 100);
  for (let i = 3; i < data.length && ids.length < count; i += 2) ids.push(data[i].id);
  return ids;
}

async function openMany(page, calls) {
  const ids = await rowsFarApart(page, openings);
  const clicks = ids.map((id) => () => page.locator(`[data-conversation="${id}"]`).click());
  const first = await all("opened by the mouse, first time", 300, page, calls, clicks);
  const again = await all("opened by the mouse, again", 100, page, calls, clicks.toReversed().slice(1));
  const bare = [];
  for (const id of ids) bare.push(await page.evaluate((of) => window.probe.fetched(of), id));
  say("a bare fetch of the same", told(bare));
  say("ratio to the bare fetch", `first time ${(quantile(first, 0.5) / quantile(bare, 0.5)).toFixed(1)}, again ${(quantile(again, 0.5) / quantile(bare, 0.5)).toFixed(1)}`);
}

const press = (page, key) => Array.from({ length: openings }, () => () => page.keyboard.press(key));

async function openByKeys(page, calls) {
  await page.goto(page.url());
  await page.evaluate(probes);
  await page.locator("[data-conversation]").first().click();
  await page.getByRole("log").locator("[data-side]").first().waitFor();
  await all("opened by J, one after the other", 300, page, calls, press(page, "j"));
  await all("opened by K, back again", 100, page, calls, press(page, "k"));
}

const heap = async (session) => {
  await session.send("HeapProfiler.collectGarbage");
  const { metrics } = await session.send("Performance.getMetrics");
  return `${(metrics.find(({ name }) => name === "JSHeapUsedSize").value / 2 ** 20).toFixed(1)} MiB`;
};

async function scroll(page, context, calls) {
  const session = await context.newCDPSession(page);
  await session.send("Performance.enable");
  await calls.quiet();
  const before = await heap(session);
  calls.taken();
  for (const [name, frames, step] of [["scrolled, 40 px a frame", 400, 40], ["flung, 400 px a frame", 600, 400]]) {
    const { lengths, most, top } = await page.evaluate(([count, by]) => window.probe.scroll(count, by), [frames, step]);
    await calls.quiet();
    const { count } = calls.taken();
    say(name, `${told(lengths)}; over 50 ms: ${((100 * lengths.filter((length) => length > 50).length) / lengths.length).toFixed(1)} %`);
    say("", `${Math.round(top / 76)} rows, at most ${most} of them in the page, ${count} calls (${((100 * 76 * count) / top).toFixed(2)} for each 100 rows)`);
  }
  say("heap before and after", `${before}, ${await heap(session)}`);
}

async function firstLoad(browser, program) {
  const agent = await sit(browser, program, { path: "/app/inbox" });
  const figures = [];
  for (let i = 0; i < 10; i++) {
    await agent.page.goto("about:blank");
    const going = agent.page.goto(`${program.address}/app/inbox`, { waitUntil: "commit" });
    await going;
    await agent.page.evaluate(probes);
    figures.push(await agent.page.evaluate(() => window.probe.usable()));
  }
  say("loaded until the list stands", told(figures));
  return agent;
}

console.log(`${conversations} conversations on ${DATABASE_URL ? "PostgreSQL" : "SQLite"}; load: ${load()}`);
const program = await launch({ RATE_LIMITS: "off", ...(DATABASE_URL ? { DATABASE_URL, REDIS_URL, SECRET_KEY: randomBytes(32).toString("hex") } : {}) });
const browser = await openBrowser();
try {
  await program.run("demo", "--conversations", String(conversations));
  const { page, context } = await firstLoad(browser, program);
  const calls = asking(page);
  await page.evaluate(probes);
  await openMany(page, calls);
  await openByKeys(page, calls);
  await scroll(page, context, calls);
} finally {
  console.log(`load: ${load()}`);
  await browser.close();
  await program.remove();
}
