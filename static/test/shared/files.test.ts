import { expect, test, vi } from "vitest";
import { browserFiles } from "../../src/shared/files.js";
import { filesLost, tooOld } from "../../src/shared/outbox.js";
import { settle } from "../fake/clock.js";
import { details, setup, shown } from "../fake/setup.js";

const picture = () => new File(["pixels"], "bowl.png", { type: "image/png" });

/** A visitor who reloads the page with a picture unsent, behind which a word waits. */
async function unsent(forbidden = false) {
  const bundle = setup();
  const { clock, server, storage, talk, visit } = bundle;
  const first = await talk();
  storage.files.forbidden = forbidden;
  server.faults.down = true;
  server.kill();
  first.send("With a picture", [picture()]);
  first.send("And a word");
  await clock.advance(100);
  first.stop();
  server.faults.down = false;
  const posted = () => server.callsTo("/messages", "POST").map(({ body, files }) => [body["message"], ...files.map(({ name }) => name)]);
  const bodies = () => server.conversation.messages.slice(1).map(({ body }) => body);
  return { ...bundle, posted, bodies, reload: visit };
}

test("a picture that was not sent goes out after a reload, in its place, and is kept no longer", async () => {
  const { clock, reload, posted, bodies, storage } = await unsent();
  expect([...storage.files.kept.values()].flat().map(({ name }) => name)).toEqual(["bowl.png"]);
  const client = reload();
  expect(client.snapshot().outgoing).toMatchObject([{ filenames: ["bowl.png"], delivery: "queued" }, { message: "And a word" }]);
  await clock.until(() => client.snapshot().outgoing.length === 0);
  expect(posted()).toEqual([["With a picture", "bowl.png"]]);
  expect(bodies()).toEqual(["With a picture", "And a word"]);
  expect(storage.files.kept.size).toBe(0);
});

test("where the browser keeps no files the visitor is told so after the reload, and half is never sent", async () => {
  const { clock, reload, posted, bodies } = await unsent(true);
  const client = reload();
  await clock.advance(20_000);
  const [lost] = client.snapshot().outgoing;
  expect(lost).toMatchObject({ delivery: "failed", error: filesLost, filenames: ["bowl.png"] });
  client.retry(lost?.client_id ?? "");
  await clock.advance(20_000);
  expect([posted().flat(), bodies()]).toEqual([["And a word"], ["And a word"]]);
});

test("a word behind a picture waits until the picture is found, so that their order holds", async () => {
  const { clock, reload, bodies, storage } = await unsent();
  let answer = () => {};
  storage.files.slow = new Promise((resolve) => (answer = resolve));
  const client = reload();
  await clock.advance(5_000);
  expect(bodies()).toEqual([]);
  storage.files.slow = null;
  answer();
  await clock.until(() => client.snapshot().outgoing.length === 0);
  expect(bodies()).toEqual(["With a picture", "And a word"]);
});

test("a picture older than a day asks before it goes out, and then goes out whole", async () => {
  const { clock, reload, posted } = await unsent();
  await clock.advance(25 * 60 * 60 * 1000);
  const client = reload();
  await clock.advance(1_000);
  const [old] = client.snapshot().outgoing;
  expect(old).toMatchObject({ delivery: "failed", error: tooOld });
  client.retry(old?.client_id ?? "");
  await clock.until(() => posted().length === 1);
  expect(posted()).toEqual([["With a picture", "bowl.png"]]);
});

test("a picture given up, and everything at a logout, is kept no longer", async () => {
  const { clock, reload, storage } = await unsent();
  storage.files.kept.set("of-another-conversation", [picture()]);
  const client = reload();
  client.discard(client.snapshot().outgoing[0]?.client_id ?? "");
  await clock.advance(1);
  expect([...storage.files.kept.keys()]).toEqual(["of-another-conversation"]);
  void client.logout();
  await clock.advance(1);
  expect(storage.files.kept.size).toBe(0);
});

test("a logout is done when the files are gone, which waits for those that are being removed", async () => {
  const { reload, storage } = await unsent();
  const client = reload();
  let answer = () => {};
  storage.files.slow = new Promise((resolve) => (answer = resolve));
  let done = false;
  const gone = client.logout().then(() => (done = true));
  await settle();
  expect(done).toBe(false);
  answer();
  await gone;
  expect(storage.files.kept.size).toBe(0);
  storage.files.forbidden = true;
  await client.logout();
});

test("the database counts as forgotten when the browser says so, or that other tabs hold it up", async () => {
  for (const end of ["onsuccess", "onerror", "onblocked"] as const) {
    const request = {} as Record<string, () => void>;
    const deleted = vi.fn(() => request);
    let done = false;
    const gone = browserFiles("s", () => ({ deleteDatabase: deleted }) as unknown as IDBFactory).clear().then(() => (done = true));
    await settle();
    expect([deleted.mock.calls, done]).toEqual([[["parley:s"]], false]);
    request[end]?.();
    await gone;
  }
});

test("a tab lets go of a picture that another tab gave up, and calls the upload back", async () => {
  const { clock, reload, server, storage, bodies } = await unsent();
  server.faults.shares = [0.4];
  const client = reload();
  await clock.until(() => client.snapshot().outgoing[0]?.progress === 0.4);
  const name = `parley:site_1:out:${client.snapshot().outgoing[0]?.client_id}`;
  expect(storage.getItem(name)).not.toBeNull();
  storage.removeItem(name);
  client.stored();
  await clock.until(() => client.snapshot().outgoing.length === 0);
  expect(bodies()).toEqual(["And a word"]);
});

test("words alone never touch the database", async () => {
  const { clock, storage, talk } = setup();
  const touched = vi.spyOn(storage.files, "put");
  const removed = vi.spyOn(storage.files, "remove");
  const client = await talk();
  client.send("Just a word");
  await clock.until(() => client.snapshot().outgoing.length === 0);
  expect([touched.mock.calls, removed.mock.calls]).toEqual([[], []]);
  expect(shown(client)).toEqual([details.message, "Just a word"]);
});

test("a browser without a database, one that throws and one that never answers all say so", async () => {
  await expect(browserFiles("s", () => undefined as never).get("x")).rejects.toThrow();
  const refuse = () => {
    throw new DOMException("blocked", "SecurityError");
  };
  await expect(browserFiles("s", refuse).put("x", [])).rejects.toThrow("blocked");
  vi.useFakeTimers();
  const mute = browserFiles("s", () => ({ open: () => ({}) }) as unknown as IDBFactory).get("x");
  const refused = expect(mute).rejects.toThrow("no database");
  await vi.advanceTimersByTimeAsync(3_100);
  await refused;
  vi.useRealTimers();
});
