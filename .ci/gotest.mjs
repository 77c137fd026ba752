// Runs "go test -json" with the given arguments and prints what a person wants
// of it: the output of every test that failed, one line for every package, and
// the count. A skipped test is a failure: it proves nothing and looks green.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const count = { pass: 0, fail: 0, skip: 0 };
const outputs = new Map(); // of each running test and package

function key(event) {
  return event.Test ? `${event.Package} ${event.Test}` : event.Package;
}

function record(event) {
  const lines = outputs.get(key(event)) ?? [];
  lines.push(event.Output);
  outputs.set(key(event), lines);
}

function finish(event) {
  const lines = outputs.get(key(event)) ?? [];
  outputs.delete(key(event));
  if (event.Test) {
    count[event.Action]++;
    if (event.Action !== "pass") process.stdout.write(lines.join(""));
  } else if (event.Action === "fail") {
    process.stdout.write(lines.join(""));
  } else {
    process.stdout.write(lines.filter((line) => /^(ok|\?) /.test(line)).join(""));
  }
}

function take(line) {
  let event;
  try {
    event = JSON.parse(line);
  } catch {
    console.log(line); // not of the test runner, so nothing it would repeat
    return;
  }
  if (event.Action === "output") record(event);
  else if (event.Action === "build-output") process.stdout.write(event.Output);
  else if (event.Action in count) finish(event);
}

const go = spawn("go", ["test", "-json", ...process.argv.slice(2)], { stdio: ["ignore", "pipe", "inherit"] });
const closed = new Promise((resolve) => go.on("close", resolve));
for await (const line of createInterface({ input: go.stdout })) take(line);
const status = await closed;

for (const lines of outputs.values()) process.stdout.write(lines.join("")); // of tests cut short
console.log(`go test: ${count.pass} passed, ${count.fail} failed, ${count.skip} skipped`);
if (status !== 0 || count.fail > 0 || count.skip > 0 || count.pass === 0) process.exitCode = 1;
