import { beforeEach, expect, test, vi } from "vitest";
import type { Snapshot } from "../../src/shared/client.js";
import { Keep } from "../../src/shared/keep.js";
import type { Message } from "../../src/shared/wire.js";
import { News } from "../../src/widget/news.js";
import * as sound from "../../src/widget/sound.js";
import { FakeStorage } from "../fake/storage.js";

/** A tab that can be heard makes the sound, unless it was made. */
let heard = 0;
const chime = vi.spyOn(sound, "chime");
beforeEach(() => {
  heard = 0;
  chime.mockImplementation(async (mine) => void (mine?.() && heard++));
});
/** The sound is fetched when it is wanted, and then makes itself heard. */
const settled = async (times: number) => {
  await vi.dynamicImportSettled();
  expect(heard).toBe(times);
};

const made = (storage = new FakeStorage()) => new News(new Keep(() => storage, "parley:site_1:news:"));

function message(id: number, change: Partial<Message> = {}): Message {
  const timestamp = new Date().toISOString();
  return { id, seq: id, direction: "outbound", body: "Hi", timestamp, author: "Sarah", type: "text", status: "sent", ...change };
}

const view = (...messages: Message[]) => ({ messages }) as unknown as Snapshot;

test("what was wished for is remembered, and what was not leaves nothing behind", () => {
  const storage = new FakeStorage();
  const news = made(storage);
  expect([news.sound.value, news.asked.value, news.push.value]).toEqual([false, false, false]);
  expect(storage.length).toBe(0);
  news.setSound(true);
  news.setAsked();
  news.setPush(true);
  const again = made(storage);
  expect([again.sound.value, again.asked.value, again.push.value]).toEqual([true, true, true]);
  again.setSound(false);
  again.setPush(false);
  expect([made(storage).sound.value, made(storage).push.value, storage.length]).toEqual([false, false, 1]);
  again.forget();
  expect([again.asked.value, storage.length]).toEqual([false, 0]);
});

test("an answer of the team is heard once, the history and one's own words are not", async () => {
  const news = made();
  news.setSound(true);
  news.heard(view(), view(message(1), message(2)));
  await settled(0);
  news.heard(view(message(1)), view(message(1), message(2)));
  news.heard(view(message(1)), view(message(1), message(2)));
  await settled(1);
  news.heard(view(message(1)), view(message(1), message(3, { direction: "inbound" })));
  await settled(1);
});

test("of several tabs that hear of an answer one makes it heard, and so it is with the next", async () => {
  const storage = new FakeStorage();
  const tabs = [made(storage), made(storage), made(storage)];
  tabs[0]?.setSound(true);
  const now = Date.now();
  for (const [n, at] of [now - 2_000, now - 1_000].entries()) {
    const answer = message(n + 2, { timestamp: new Date(at).toISOString() });
    for (const tab of [...tabs, made(storage)]) tab.heard(view(message(1)), view(message(1), answer));
    await settled(n + 1);
  }
});

test("an old message that arrives late makes no sound", async () => {
  const news = made();
  news.setSound(true);
  const old = message(2, { timestamp: new Date(Date.now() - 3_600_000).toISOString() });
  news.heard(view(message(1)), view(message(1), old));
  await settled(0);
});

test("without the wish there is silence", async () => {
  const news = made();
  news.heard(view(message(1)), view(message(1), message(2)));
  await settled(0);
});
