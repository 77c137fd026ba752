// The program under test: started as a user starts it, in a folder of its own, and killed as plugs are pulled.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const suite = fileURLToPath(new URL(".", import.meta.url));
const binary = resolve(process.env.PARLEY_BIN ?? resolve(suite, "../../bin/parley"));

/** What is waited for is there by then, on slow machines too: only what never comes fails by it. In milliseconds. */
export const minute = 60_000;
/** What is said of a document that gives way to the next one while it is looked at. */
const between = /context was destroyed|frame (was|has been) detached/i;

/** Polls until `holds` gives something true, and fails when the time is over. */
export async function until(what, holds) {
  const end = Date.now() + minute;
  // The next document is looked at in its turn.
  const look = async () => holds();
  for (;;) {
    const result = await look().catch((error) => {
      if (!between.test(error)) throw error;
    });
    if (result) return result;
    if (Date.now() > end) throw new Error(`not within ${minute} ms: ${what}`);
    await new Promise((resume) => setTimeout(resume, 50));
  }
}

/** A folder with an account in it, and the program serving it: on SQLite, unless `extra` names other storage. */
export async function launch(extra = {}) {
  const cwd = await mkdtemp(join(tmpdir(), "parley-e2e-"));
  const port = await freePort();
  const address = `http://localhost:${port}`;
  const { DATABASE_URL, REDIS_URL, ...inherited } = process.env;
  const env = { ...inherited, ...extra, PORT: String(port), PUBLIC_URL: address };
  /** Runs another of the program's commands in the same folder; gives what it prints. */
  const run = async (...args) => (await promisify(execFile)(binary, args, { cwd, env })).stdout;
  const credentials = JSON.parse(await run("init", "--json"));
  let child = null;

  const start = async () => {
    child = spawn(binary, ["serve"], { cwd, env, stdio: ["ignore", "ignore", "pipe"] });
    let log = "";
    child.stderr.on("data", (chunk) => (log = (log + chunk).slice(-4000)));
    const ready = () => fetch(`${address}/readyz`).then(({ ok }) => ok, () => false);
    await until("the program is ready", async () => {
      if (child.exitCode !== null) throw new Error(`the program ended with ${child.exitCode}:\n${log}`);
      return ready();
    });
  };
  const kill = async () => {
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  };
  const remove = async () => {
    if (child.exitCode === null && child.signalCode === null) await kill();
    await rm(cwd, { recursive: true, force: true });
  };
  await start();
  return { address, credentials, run, start, kill, remove, pid: () => child.pid };
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
