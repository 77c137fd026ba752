// News by web push, which only a page of its own can have.
import { expect, test, vi } from "vitest";
import { Client } from "../../src/shared/client.js";
import { Push, type PushBrowser } from "../../src/shared/push.js";
import { details, setup } from "../fake/setup.js";

test("notifications are asked for, told to the server, and ended", async () => {
  const { clock, server, storage, random } = setup();
  const keys = { endpoint: "https://push.example/1", keys: { p256dh: "p", auth: "a" } };
  const browser: PushBrowser = {
    ask: vi.fn(async () => "granted" as const),
    subscribe: vi.fn(async () => keys),
    current: async () => keys,
    unsubscribe: vi.fn(async () => {}),
  };
  const client = new Client({ world: server.world(storage, random), origin: "https://chat.example", siteKey: "site_1", push: new Push(browser) });
  client.start(details);
  await clock.until(() => client.snapshot().messages.length === 1);
  const on = client.askPush("key");
  await clock.advance(100);
  expect([await on, client.pushable]).toEqual(["on", true]);
  expect(server.callsTo("/push", "PUT")[0]?.body).toEqual(keys);
  client.startNew();
  client.start({ ...details, message: "Another thing" });
  await clock.until(() => client.snapshot().messages[0]?.body === "Another thing");
  await clock.advance(100);
  client.switchTo(client.snapshot().conversations.find(({ current }) => !current)?.key ?? "none");
  await clock.advance(100);
  const told = server.callsTo("/push", "PUT").map(({ path }) => path);
  // Begun, asked in a click, begun again, gone back to.
  expect(told).toEqual([told[0], told[0], told[2], told[0]]);
  expect(told[2]).not.toBe(told[0]);
  void client.stopPush();
  await clock.advance(100);
  expect(browser.unsubscribe).toHaveBeenCalledOnce();
  expect(server.callsTo("/push", "DELETE")).toHaveLength(1);
  vi.mocked(browser.ask).mockResolvedValueOnce("denied");
  expect(await client.askPush("key")).toBe("denied");
  vi.mocked(browser.ask).mockRejectedValueOnce(new Error("no"));
  expect(await client.askPush("key")).toBe("failed");
  const plain = new Client({ world: server.world(storage, random), origin: "https://chat.example", siteKey: "site_1" });
  expect([plain.pushable, await plain.askPush("key")]).toEqual([false, "unsupported"]);
});
