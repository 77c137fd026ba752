// Fails when what a visitor has to load, gzipped, is over its budget.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const dist = fileURLToPath(new URL("dist/", import.meta.url));
const zipped = (path) => gzipSync(readFileSync(dist + path), { level: 9 }).length;

/** Everything that the frame may load, every language included. */
const app = ["widget/index.html", ...readdirSync(`${dist}assets`).filter((name) => !name.startsWith("demo") && name !== "app").map((name) => `assets/${name}`)];

/** What the dashboard loads before it draws: its script with all that it imports at once, its style, English. */
const manifest = JSON.parse(readFileSync(`${dist}dashboard/manifest.json`, "utf8"));
function loadedWith(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) loadedWith(next, seen);
  return seen;
}
const first = [...loadedWith("dashboard/index.html", new Set()), ...loadedWith("dashboard/i18n/en/index.ts", new Set())];
const desk = ["dashboard/index.html", ...new Set(first.flatMap((key) => [manifest[key].file, ...(manifest[key].css ?? [])]))];

const budgets = [
  { name: "loader", files: ["widget.js"], limit: 4 * 1024 },
  { name: "widget app", files: app, limit: 40 * 1024 },
  { name: "dashboard", files: desk, limit: 300 * 1024 },
];

for (const { name, files, limit } of budgets) {
  const size = files.reduce((sum, path) => sum + zipped(path), 0);
  const fits = size <= limit;
  console.log(`${fits ? "ok  " : "OVER"} ${name}: ${size} of ${limit} bytes gzipped (${files.length} files)`);
  if (!fits) process.exitCode = 1;
}
