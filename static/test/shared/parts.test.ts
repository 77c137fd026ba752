import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Api, retryAfter } from "../../src/shared/api.js";
import { fullJitter, longestWait } from "../../src/shared/backoff.js";
import { verdictOf } from "../../src/shared/closecodes.js";
import { Keep } from "../../src/shared/keep.js";
import { base64url, newVisitorToken } from "../../src/shared/token.js";
import { FakeStorage } from "../fake/storage.js";
import { setup } from "../fake/setup.js";

test("base64url spells bytes as RFC 4648 does, without padding", () => {
  const vectors: [string, string][] = [["", ""], ["f", "Zg"], ["fo", "Zm8"], ["foo", "Zm9v"], ["foob", "Zm9vYg"], ["fooba", "Zm9vYmE"], ["foobar", "Zm9vYmFy"]];
  for (const [plain, spelled] of vectors) expect(base64url(new TextEncoder().encode(plain))).toBe(spelled);
  expect(base64url(Uint8Array.of(0xfb, 0xff, 0xfe))).toBe("-__-");
});

test("a visitor token takes 32 bytes from the source it is given", () => {
  expect(newVisitorToken((count) => new Uint8Array(count).fill(255))).toBe(`${"_".repeat(42)}8`);
});

test("waits stay between a blink and the ceiling, which doubles up to half a minute", () => {
  const ceilings = [0, 1, 2, 5, 6, 7, 50].map((attempt) => fullJitter(attempt, () => 1));
  expect(ceilings).toEqual([500, 1_000, 2_000, 16_000, 30_000, 30_000, 30_000]);
  expect(fullJitter(9, () => 0)).toBe(100);
  expect(fullJitter(9, () => 0.5)).toBe(longestWait / 2);
});

test("close codes: final ones end, all others bring back", () => {
  const codes = [4401, 4403, 4404, 4429, 1000, 1001, 1006, 1009, 1012, 4408, 4409];
  const back = Array(7).fill("reconnect");
  expect(codes.map(verdictOf)).toEqual(["refused", "poll", "gone", "wait", ...back]);
});

test("Retry-After is read as seconds or as a date", () => {
  const wait = (text: string) => retryAfter(new Headers({ "Retry-After": text }), Date.UTC(2026, 0, 1));
  expect(wait("7")).toBe(7_000);
  expect(wait("Thu, 01 Jan 2026 00:00:09 GMT")).toBe(9_000);
  expect(wait("Wed, 31 Dec 2025 00:00:00 GMT")).toBe(0);
  expect(wait("soon")).toBe(0);
  expect(retryAfter(new Headers(), 0)).toBe(0);
});

test("what the storage refuses is kept in memory, under the same names", () => {
  const storage = new FakeStorage();
  const keep = new Keep(() => storage, "p:");
  keep.set("a", "1");
  storage.full = true;
  keep.set("a", "2");
  keep.set("out:b", "3");
  expect(keep.get("a")).toBe("2");
  expect(keep.names("out:")).toEqual(["out:b"]);
  storage.full = false;
  keep.set("a", "4");
  expect(storage.getItem("p:a")).toBe("4");
  keep.remove("a");
  expect(keep.get("a")).toBeNull();
});

test("an answer that is no JSON counts as none, a refusal without a sentence as one with an empty sentence", async () => {
  const { server, storage, random } = setup();
  const answers = [new Response("<html>"), new Response("oops", { status: 502 })];
  const world = { ...server.world(storage, random), fetch: async () => answers.shift() as Response };
  const api = new Api(world, "https://chat.example", "site_1");
  expect(await api.config()).toEqual({ ok: false, status: 0, error: "", wait: 0 });
  expect(await api.config()).toEqual({ ok: false, status: 502, error: "", wait: 0 });
});

test("the core touches no page: neither document nor window", () => {
  const folder = new URL("../../src/shared/", import.meta.url);
  const guilty = readdirSync(folder).filter((name) => /\b(document|window|localStorage|navigator)\./.test(readFileSync(new URL(name, folder), "utf8")));
  expect(guilty).toEqual([]);
});
