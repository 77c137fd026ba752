// Fails when what a visitor has to load, gzipped, is over its budget.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const dist = fileURLToPath(new URL("dist/", import.meta.url));
const zipped = (path) => gzipSync(readFileSync(dist + path), { level: 9 }).length;
const assets = readdirSync(`${dist}assets`).map((name) => `assets/${name}`);

/** A visitor loads one language at most: the largest counts. English is in the app itself. */
const words = assets.filter((path) => path.startsWith("assets/words-")).sort((a, b) => zipped(b) - zipped(a));
const parts = assets.filter((path) => path.startsWith("assets/widget-"));
/** What opens the chat: the page, all that it names, and what that imports at once. */
const page = readFileSync(`${dist}widget/index.html`, "utf8");
const imported = (path) => [...readFileSync(dist + path, "utf8").matchAll(/from ?["`']\.\/([\w.-]+)["`']/g)].map(([, name]) => `assets/${name}`);
const reach = (paths, seen = new Set()) => {
  for (const path of paths) {
    if (seen.has(path)) continue;
    seen.add(path);
    if (path.endsWith(".js")) reach(imported(path), seen);
  }
  return seen;
};
const first = [...reach(parts.filter((path) => page.includes(path)))];
/** Behind it comes the conversation, before it is needed. The rest is fetched when somebody wants it. */
const talk = [...reach(parts.filter((path) => path.includes("-Conversation-")))].filter((path) => !first.includes(path));
const wanted = parts.filter((path) => ![...first, ...talk].includes(path));

/** What the dashboard loads before it draws: its script with all that it imports at once, its style, English. */
const manifest = JSON.parse(readFileSync(`${dist}dashboard/manifest.json`, "utf8"));
function loadedWith(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) loadedWith(next, seen);
  return seen;
}
const drawn = [...loadedWith("dashboard/index.html", new Set()), ...loadedWith("dashboard/i18n/en/index.ts", new Set())];
const desk = ["dashboard/index.html", ...new Set(drawn.flatMap((key) => [manifest[key].file, ...(manifest[key].css ?? [])]))];

const budgets = [
  { name: "loader", files: ["widget.js"], limit: 4 * 1024 },
  { name: "client module", files: ["parley-client.js"], limit: 16 * 1024 },
  { name: "widget app", files: ["widget/index.html", ...first, ...words.slice(0, 1)], limit: 40 * 1024 },
  { name: "conversation, fetched behind it", files: talk, limit: 12 * 1024 },
  { name: "when wanted (emoji, articles, options)", files: wanted, limit: 12 * 1024 },
  { name: "dashboard", files: desk, limit: 300 * 1024 },
];

for (const { name, files, limit } of budgets) {
  const size = files.reduce((sum, path) => sum + zipped(path), 0);
  const fits = size <= limit;
  console.log(`${fits ? "ok  " : "OVER"} ${name}: ${size} of ${limit} bytes gzipped (${files.length} files)`);
  if (!fits) process.exitCode = 1;
}
console.log(`     languages: ${words.length}, ${zipped(words.at(-1))} to ${zipped(words[0])} bytes each, of which one is loaded`);
