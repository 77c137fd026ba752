// The receiver that the README shows, run as it stands there.
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Webhook } from "standardwebhooks";
import { afterEach, expect, test } from "vitest";

const secret = "whsec_cGFybGV5IHNpZ25zIHdpdGggdGhpcyBpbiB0ZXN0cyE=";
const root = new URL("../../../", import.meta.url);
let receiver: ChildProcess;

afterEach(() => {
  receiver.kill();
});

/** Starts the README's receiver on a free port, and gives its address. */
async function start(): Promise<string> {
  const readme = readFileSync(new URL("README.md", root), "utf8");
  const code = /```js\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
  expect(code).toContain(".listen(3000)");
  const free = code.replace(".listen(3000)", ".listen(0, '127.0.0.1', function () { console.log('port ' + this.address().port) })");
  receiver = spawn(process.execPath, ["--input-type=module", "--eval", free], {
    cwd: fileURLToPath(new URL("static/", root)),
    env: { ...process.env, SIGNING_SECRET: secret },
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const text of receiver.stdout ?? []) {
    const port = /port (\d+)/.exec(String(text))?.[1];
    if (port !== undefined) return `http://127.0.0.1:${port}/`;
  }
  throw new Error("the receiver ended");
}

test("the README's receiver takes what is signed, and nothing else", async () => {
  const address = await start();
  const body = '{"id":"evt_1","type":"message.received","data":{"content":"Grüße"}}';
  const send = (signed: string, sent: string): Promise<Response> => {
    const now = new Date();
    const headers = {
      "webhook-id": "evt_1",
      "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
      "webhook-signature": new Webhook(secret).sign("evt_1", now, signed),
    };
    return fetch(address, { method: "POST", headers, body: sent });
  };
  expect((await send(body, body)).status).toBe(204);
  expect((await send(body, body.replace("evt_1", "evt_2"))).status).toBe(401);
  expect((await fetch(address, { method: "POST", body })).status).toBe(401);
});
