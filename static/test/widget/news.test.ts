import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Snapshot } from "../../src/shared/client.js";
import { Keep } from "../../src/shared/keep.js";
import type { Message } from "../../src/shared/wire.js";
import { News } from "../../src/widget/news.js";
import * as sound from "../../src/widget/sound.js";
import { FakeStorage } from "../fake/storage.js";

const chime = vi.spyOn(sound, "chime");
beforeEach(() => void chime.mockImplementation(() => undefined));
afterEach(() => void chime.mockReset());

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

test("an answer of the team is heard once, the history and one's own words are not", () => {
  const news = made();
  news.setSound(true);
  chime.mockClear();
  news.heard(view(), view(message(1), message(2)));
  expect(chime).not.toHaveBeenCalled();
  news.heard(view(message(1)), view(message(1), message(2)));
  news.heard(view(message(1)), view(message(1), message(2)));
  expect(chime).toHaveBeenCalledOnce();
  news.heard(view(message(1)), view(message(1), message(3, { direction: "inbound" })));
  expect(chime).toHaveBeenCalledOnce();
});

test("an old message that arrives late makes no sound", () => {
  const news = made();
  news.setSound(true);
  chime.mockClear();
  const old = message(2, { timestamp: new Date(Date.now() - 3_600_000).toISOString() });
  news.heard(view(message(1)), view(message(1), old));
  expect(chime).not.toHaveBeenCalled();
});

test("without the wish there is silence", () => {
  const news = made();
  news.heard(view(message(1)), view(message(1), message(2)));
  expect(chime).not.toHaveBeenCalled();
});
