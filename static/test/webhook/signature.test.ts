// What the Go program signs, checked with the library published for JavaScript. A Go
// test keeps the file what the program sends.
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

interface Signed {
  secret: string;
  previous_secret: string;
  headers: Record<string, string>;
  body: string;
}

const file = new URL("../../../server/webhook/testdata/signed.json", import.meta.url);
const signed = JSON.parse(readFileSync(file, "utf8")) as Signed;

beforeEach(() => {
  vi.useFakeTimers({ now: Number(signed.headers["webhook-timestamp"]) * 1000 + 60_000 });
});

afterEach(() => {
  vi.useRealTimers();
});

test.each(["secret", "previous_secret"] as const)("a delivery verifies with the %s", (which) => {
  const event = new Webhook(signed[which]).verify(signed.body, signed.headers) as { id: string; retry_count: number };
  expect(event.id).toBe(signed.headers["webhook-id"]);
  expect(event.retry_count).toBe(2);
});

test("a delivery that somebody changed does not verify", () => {
  const webhook = new Webhook(signed.secret);
  expect(() => webhook.verify(signed.body.replace("message.received", "message.sent"), signed.headers)).toThrow();
  expect(() => webhook.verify(signed.body, { ...signed.headers, "webhook-id": "evt_other" })).toThrow();
  expect(() => webhook.verify(signed.body, { ...signed.headers, "webhook-timestamp": "1769350801" })).toThrow();
  expect(() => new Webhook("whsec_" + btoa("another secret of enough bytes!")).verify(signed.body, signed.headers)).toThrow();
});

test("a delivery of yesterday does not verify", () => {
  vi.setSystemTime(Date.now() + 24 * 3600 * 1000);
  expect(() => new Webhook(signed.secret).verify(signed.body, signed.headers)).toThrow("too old");
});
