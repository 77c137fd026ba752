import { expect, test } from "vitest";
import { Keep } from "../../src/shared/keep.js";
import { Visitor } from "../../src/shared/visitor.js";
import { takeConversation } from "../../src/widget/arrival.js";
import { FakeStorage } from "../fake/storage.js";

const token = "A-_9".repeat(16);

/** A window at an address, by itself or inside another one. */
function windowAt(hash: string, framed = false) {
  const replaced: string[] = [];
  const frame = {
    location: { hash, pathname: "/widget", search: "?site_key=pk" },
    history: { replaceState: (_: unknown, __: string, address: string) => replaced.push(address) },
  } as unknown as Window;
  Object.assign(frame, { parent: framed ? {} : frame });
  return { frame, replaced };
}

test("a link brings its token, and the address forgets it", () => {
  const { frame, replaced } = windowAt(`#conversation=${token}`);
  expect(takeConversation(frame)).toBe(token);
  expect(replaced).toEqual(["/widget?site_key=pk"]);
});

test("nothing else in the address is a token, and a page around the frame brings none", () => {
  for (const hash of ["", "#", "#conversation=", "#conversation=short", `#conversation=${token}x`, `#other=${token}`]) {
    expect(takeConversation(windowAt(hash).frame)).toBeNull();
  }
  const { frame, replaced } = windowAt(`#conversation=${token}`, true);
  expect(takeConversation(frame)).toBeNull();
  expect(replaced).toEqual([]);
});

test("an adopted conversation takes the place of what was known, once", () => {
  const storage = new FakeStorage();
  const visitor = new Visitor(new Keep(() => storage, "p:"), (count) => new Uint8Array(count));
  visitor.renew();
  visitor.read = 7;
  visitor.adopt(token);
  expect([visitor.token, visitor.talking, visitor.read]).toEqual([token, true, 0]);
  visitor.read = 9;
  visitor.adopt(token);
  expect(visitor.read).toBe(9);
});
