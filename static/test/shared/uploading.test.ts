import { expect, onTestFinished, test, vi } from "vitest";
import { browserUpload } from "../../src/shared/upload.js";
import type { Client } from "../../src/shared/client.js";
import { setup, shown } from "../fake/setup.js";

const picture = () => new File(["x".repeat(64)], "bowl.png", { type: "image/png" });
const onItsWay = (client: Client) => client.snapshot().outgoing[0];
const posts = (server: ReturnType<typeof setup>["server"]) => server.callsTo("/messages", "POST");

test("of a picture on its way the visitor sees how much has gone out, and then the picture", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  server.faults.delay = () => 1_000;
  server.faults.shares = [0.104, 0.5, 1];
  client.send("Like this", [picture()]);
  const seen = new Set<number | undefined>();
  client.subscribe(() => seen.add(onItsWay(client)?.progress));
  await clock.until(() => client.snapshot().outgoing.length === 0);
  expect([...seen].filter((share) => share !== undefined)).toEqual([0.1, 0.5, 1]);
  expect(shown(client).at(-1)).toBe("Like this");
});

test("the views are drawn for each hundredth, not for each packet", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  server.faults.shares = [0.101, 0.102, 0.103, 0.2, 1];
  client.send("", [picture()]);
  const drawn: (number | undefined)[] = [];
  client.subscribe(() => drawn.push(onItsWay(client)?.progress));
  await clock.advance(22);
  expect(drawn).toEqual([0.1, 0.2]);
});

test("who cancels an upload is rid of it at once, the server never hears of it, and the next message goes out", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  server.faults.shares = [0.3];
  client.send("Wrong picture", [picture()]);
  client.send("What I wanted to say");
  await clock.advance(1_000);
  expect(onItsWay(client)).toMatchObject({ progress: 0.3, delivery: "sending" });
  client.discard(onItsWay(client)?.client_id ?? "");
  await clock.until(() => client.snapshot().outgoing.length === 0);
  expect(shown(client).slice(1)).toEqual(["What I wanted to say"]);
  await clock.advance(300_000);
  expect(posts(server)).toEqual([]);
});

test("an upload that breaks off says so, is tried again by itself, and at once when the visitor asks", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  server.faults.down = true;
  client.send("", [picture()]);
  await clock.until(() => onItsWay(client)?.stalled === true);
  expect(onItsWay(client)?.delivery).toBe("queued");
  server.faults.down = false;
  client.retry(onItsWay(client)?.client_id ?? "");
  expect(onItsWay(client)).toMatchObject({ delivery: "sending" });
  expect(onItsWay(client)).not.toHaveProperty("progress");
  await clock.advance(100);
  expect([posts(server).length, client.snapshot().outgoing.length]).toEqual([1, 0]);
});

test("a slow line may take minutes as long as something goes out; one that stands still is tried anew", async () => {
  const { clock, server, talk } = setup();
  const client = await talk();
  server.faults.delay = () => 40_000;
  server.faults.shares = [0.2, 0.4, 0.6, 0.8, 1];
  client.send("", [picture()]);
  await clock.advance(190_000);
  expect(onItsWay(client)).toMatchObject({ delivery: "sending", progress: 0.8 });
  await clock.advance(150_000);
  expect(posts(server)).toHaveLength(1);
  server.faults.delay = () => 5;
  server.faults.shares = [0.5];
  client.send("", [picture()]);
  await clock.until(() => onItsWay(client)?.progress === 0.5);
  await clock.advance(59_000);
  expect(onItsWay(client)).toMatchObject({ delivery: "sending" });
  await clock.until(() => onItsWay(client)?.stalled === true, 2_000);
});

/** Just enough of an XMLHttpRequest. */
class FakeRequest {
  static last: FakeRequest;
  upload: { onprogress?: (event: { loaded: number; total: number }) => void } = {};
  status = 0;
  responseText = "";
  headers: Record<string, string> = {};
  said: unknown[] = [];
  onload = () => {};
  onerror = () => {};
  onabort = () => {};
  constructor() {
    FakeRequest.last = this;
  }
  open(...what: unknown[]) {
    this.said.push(...what);
  }
  setRequestHeader(name: string, value: string) {
    this.said.push(`${name}: ${value}`);
  }
  getResponseHeader(name: string) {
    return this.headers[name] ?? null;
  }
  send(body: unknown) {
    this.said.push(body);
  }
  abort() {
    this.onabort();
  }
}

function start(signal = new AbortController().signal) {
  vi.stubGlobal("XMLHttpRequest", FakeRequest);
  onTestFinished(() => void vi.unstubAllGlobals());
  const shares: number[] = [];
  const answer = browserUpload("https://chat.example/x", { method: "POST", headers: { "X-Site-Key": "k" }, body: "b", signal }, (share) => shares.push(share));
  return { answer, shares, request: FakeRequest.last };
}

test("the browser's request carries method, headers and body, and tells its shares", async () => {
  const { answer, shares, request } = start();
  expect(request.said).toEqual(["POST", "https://chat.example/x", "x-site-key: k", "b"]);
  request.upload.onprogress?.({ loaded: 0, total: 0 });
  request.upload.onprogress?.({ loaded: 1, total: 4 });
  Object.assign(request, { status: 429, responseText: '{"error":"Slowly"}', headers: { "Retry-After": "7" } });
  request.onload();
  const response = await answer;
  expect([response.status, response.headers.get("Retry-After"), await response.json(), shares]).toEqual([429, "7", { error: "Slowly" }, [0.25]]);
});

test("a broken line and a signal end it as they end a fetch", async () => {
  const broken = start();
  broken.request.onerror();
  await expect(broken.answer).rejects.toThrow(TypeError);
  const abort = new AbortController();
  const called = start(abort.signal);
  abort.abort();
  await expect(called.answer).rejects.toThrow(TypeError);
  await expect(start(abort.signal).answer).rejects.toThrow(TypeError);
});
