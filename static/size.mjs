// Fails when what a visitor has to load, gzipped, is over its budget.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const dist = fileURLToPath(new URL("dist/", import.meta.url));
const zipped = (path) => gzipSync(readFileSync(dist + path), { level: 9 }).length;

/** Everything that the frame may load, every language included. */
const app = ["widget/index.html", ...readdirSync(`${dist}assets`).filter((name) => !name.startsWith("demo")).map((name) => `assets/${name}`)];

const budgets = [
  { name: "loader", files: ["widget.js"], limit: 4 * 1024 },
  { name: "client module", files: ["parley-client.js"], limit: 16 * 1024 },
  { name: "widget app", files: app, limit: 40 * 1024 },
];

for (const { name, files, limit } of budgets) {
  const size = files.reduce((sum, path) => sum + zipped(path), 0);
  const fits = size <= limit;
  console.log(`${fits ? "ok  " : "OVER"} ${name}: ${size} of ${limit} bytes gzipped (${files.length} files)`);
  if (!fits) process.exitCode = 1;
}
