// Fails when what a visitor has to load, gzipped, is over its budget.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const dist = fileURLToPath(new URL("dist/", import.meta.url));
const zipped = (path) => gzipSync(readFileSync(dist + path), { level: 9 }).length;
const assets = readdirSync(`${dist}assets`).map((name) => `assets/${name}`);

/** A visitor loads one language: the largest counts. */
const words = assets.filter((path) => path.startsWith("assets/words-")).sort((a, b) => zipped(b) - zipped(a));
/** A file with all that it imports at once. */
const imported = (path) => [...readFileSync(dist + path, "utf8").matchAll(/(?:from|import) ?["`']\.\/([\w.-]+)["`']/g)].map(([, name]) => `assets/${name}`);
const reach = (paths, seen = new Set()) => {
  for (const path of paths) {
    if (seen.has(path)) continue;
    seen.add(path);
    if (path.endsWith(".js")) reach(imported(path), seen);
  }
  return seen;
};
/** A part of the widget that is fetched later: its script with what that imports, and its styles. */
const part = (name) => reach(assets.filter((path) => path.startsWith(`assets/widget-${name}-`) || path.startsWith(`assets/${name}-`)));
/** What opens the chat: the page, all that it names, the largest language, and the part that this visitor sees first. */
const page = readFileSync(`${dist}widget/index.html`, "utf8");
const named = reach(assets.filter((path) => page.includes(path)));
const core = ["widget/index.html", ...named, words[0]];
const opened = (name) => [...new Set([...core, ...part(name)])];
const beside = (name) => [...part(name)].filter((path) => !opened("Conversation").includes(path));

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
  { name: "widget, opened by who is new", files: opened("start"), limit: 40 * 1024 },
  { name: "widget, opened by who comes back to a conversation", files: opened("Conversation"), limit: 40 * 1024 },
  { name: "  more in a page of its own", files: beside("alone"), limit: 1024 },
  { name: "  more where a frame has no storage", files: beside("hosted"), limit: 1024 },
  { name: "  more with the first file that is sent", files: beside("transfer"), limit: 1024 },
  { name: "  more for the list of options", files: beside("OptionList"), limit: 3 * 1024 },
  { name: "  more for a rating", files: beside("Rating"), limit: 2 * 1024 },
  { name: "  more for the emoji", files: beside("Emoji"), limit: 5 * 1024 },
  { name: "dashboard", files: desk, limit: 300 * 1024 },
];

for (const { name, files, limit } of budgets) {
  const size = files.reduce((sum, path) => sum + zipped(path), 0);
  const fits = size <= limit;
  console.log(`${fits ? "ok  " : "OVER"} ${name}: ${size} of ${limit} bytes gzipped (${files.length} files)`);
  if (!fits) process.exitCode = 1;
}
console.log(`     languages: ${words.length}, ${zipped(words.at(-1))} to ${zipped(words[0])} bytes each, of which one is loaded`);
