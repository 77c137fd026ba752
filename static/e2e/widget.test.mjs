// What only a real browser shows of the widget: titles, windows, uploads, keyboards, notifications.
import assert from "node:assert/strict";
import { test } from "node:test";
import { customer } from "./customer.mjs";
import { browser, jane, patient, program, tag, talking } from "./guests.mjs";
import { until } from "./program.mjs";
import { visit } from "./visitor.mjs";

/** Headless tabs are always seen: this one says that it is not, to its frame too. */
async function turn(visitor, state) {
  for (const frame of visitor.page.frames()) {
    await frame.evaluate((visibility) => {
      Object.defineProperty(document, "visibilityState", { get: () => visibility, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }, state);
  }
}

const picture = (kilobytes, name = "bowl.png") => {
  // A sound beginning, then bytes that nothing can pack.
  const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
  return { name, mimeType: "image/png", buffer: Buffer.concat([png, Buffer.alloc(kilobytes * 1024, 7)]) };
};
const attach = (visitor, file) => visitor.chat.locator("input[type=file]").setInputFiles([file]);

test("an answer to a tab in the background calls by the page's title, which is then what the page made it", async (t) => {
  const shop = await customer(tag());
  t.after(shop.remove);
  const { visitor, first, agent } = await talking(t, { at: shop.address });
  const title = () => visitor.page.title();
  await visitor.page.evaluate(() => {
    window.titles = new Set();
    new MutationObserver(() => window.titles.add(document.title)).observe(document.head, { childList: true, subtree: true, characterData: true });
  });
  await turn(visitor, "hidden");
  await agent.say("Are you there?");
  await until("the title calls", async () => (await title()) === "1 unread message");
  await until("and is the page's own again", async () => (await title()) === "A shop");
  await until("and calls again", async () => (await title()) === "1 unread message");
  await visitor.page.evaluate(() => (document.title = "A shop, sold out"));
  await until("the page's new title takes its turn", async () => (await visitor.page.evaluate(() => [...window.titles])).filter((text) => text === "A shop, sold out").length === 1);
  await turn(visitor, "visible");
  await visitor.sees([first, "Are you there?"]);
  await until("the page has its title", async () => (await title()) === "A shop, sold out");
  await agent.say("Good to see you.");
  await visitor.sees([first, "Are you there?", "Good to see you."]);
  assert.equal(await title(), "A shop, sold out");
  assert.deepEqual(await visitor.page.evaluate(() => [...window.titles]), ["1 unread message", "A shop", "A shop, sold out"]);
});

test("of two tabs that hear of an answer one makes the sound", async (t) => {
  // Nobody can listen to a browser without a screen: the notes are counted where they are played.
  const prepare = (context) =>
    context.addInitScript(() => {
      window.notes = 0;
      const { start } = OscillatorNode.prototype;
      OscillatorNode.prototype.start = function (...at) {
        window.notes++;
        start.apply(this, at);
      };
      // A sound that comes late is not played, and a loaded machine wakes its sound late. Here it is awake.
      AudioContext.prototype.resume = () => new Promise((awake) => navigator.userActivation.hasBeenActive && awake());
    });
  const { visitor, first, agent } = await talking(t, { prepare });
  await visitor.chat.getByRole("button", { name: "Options" }).click();
  await visitor.chat.getByRole("switch", { name: "Sound for new messages" }).click();
  const second = await visit(browser, program.address, { beside: visitor.page });
  await second.open();
  await second.sees([first]);
  // A browser lets nothing be heard on a page that was not touched.
  await second.chat.locator("textarea").click();
  const notes = async () => (await Promise.all([visitor, second].map((tab) => tab.frame().evaluate(() => window.notes)))).reduce((sum, n) => sum + n);
  await until("the sound was heard once, as it was wished for", async () => (await notes()) === 2);
  // While it lasts, a further answer makes none.
  const silent = () => visitor.frame().evaluate(async () => (await navigator.locks.query()).held.every(({ name }) => name !== "parley:chime"));
  const texts = [first];
  for (const text of ["Here I am.", "Still here.", "And here."]) {
    await until("the last sound is over", silent);
    await agent.say(text);
    texts.push(text);
    await Promise.all([visitor.sees(texts), second.sees(texts)]);
    await until(`${text} is heard`, async () => (await notes()) >= 2 * texts.length);
  }
  await until("the last sound is over", silent);
  assert.equal(await notes(), 2 * texts.length);
});

test("on a slow line the visitor sees how much of a picture has gone out, and can call it back", async (t) => {
  const { visitor, first, agent } = await talking(t);
  const session = await visitor.page.context().newCDPSession(visitor.page);
  const throttle = (kilobytes) => session.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: kilobytes * 1024 });
  await session.send("Network.enable");
  const bar = visitor.chat.getByRole("progressbar", { name: "Sending…" });
  const share = () => bar.evaluate((element) => element.value);
  // Slow enough that what is on its way still is when it was looked at, however long that takes.
  await throttle(20);
  await attach(visitor, picture(900, "wrong.png"));
  await visitor.write("The wrong one");
  await until("some of it is out, and not all", async () => (await share()) > 0.05 && (await share()) < 0.95);
  assert.match(await visitor.chat.locator(".upload span").textContent(), /^\d\d?%$/);
  await visitor.chat.getByRole("button", { name: "Cancel" }).click();
  await visitor.sees([first]);
  await attach(visitor, picture(300));
  await visitor.write("The right one");
  await until("it grows", async () => (await share()) > 0 && (await share()) < 1);
  await throttle(2_000);
  await until("it grew until it was there", async () => (await bar.count()) === 0);
  await visitor.sees([first, "The right one"]);
  await until("the agent has it", async () => (await agent.stored()).includes("The right one"));
  assert.deepEqual(await agent.stored(), [first, "The right one"]);
  assert.deepEqual(visitor.errors, []);
});

test("a picture that could not be sent goes out after a reload", async (t) => {
  const { visitor, first, agent } = await talking(t, { prepare: patient });
  const context = visitor.page.context();
  const posts = (url) => url.pathname.endsWith("/messages");
  await context.route(posts, (route) => (route.request().method() === "POST" ? route.abort() : route.continue()));
  await attach(visitor, picture(20));
  await visitor.write("From the tunnel");
  await visitor.chat.getByRole("button", { name: "Try again" }).waitFor();
  await visitor.page.reload();
  await visitor.open();
  await visitor.sees([first, "From the tunnel"]);
  await visitor.chat.locator(".own .picture").waitFor();
  await context.unroute(posts);
  await until("the agent has it", async () => (await agent.stored()).includes("From the tunnel"));
  await visitor.chat.getByRole("button", { name: "Show bowl.png larger" }).waitFor();
  const kept = () => visitor.frame().evaluate(async (name) => {
    const base = await new Promise((resolve) => Object.assign(indexedDB.open(name), { onsuccess: ({ target }) => resolve(target.result) }));
    return new Promise((resolve) => Object.assign(base.transaction("files").objectStore("files").count(), { onsuccess: ({ target }) => resolve(target.result) }));
  }, `parley:${program.credentials.site_key}`);
  await until("the browser keeps it no longer", async () => (await kept()) === 0);
});

test("a window of its own goes on with the conversation, over one socket, also when the page is left", async (t) => {
  const { visitor, first, agent } = await talking(t, { prepare: patient });
  let sockets = 0;
  visitor.page.on("popup", (window) => window.on("websocket", () => sockets++));
  const opens = visitor.page.waitForEvent("popup");
  await visitor.chat.getByRole("button", { name: "Options" }).click();
  await visitor.chat.getByRole("button", { name: "Open in a window of its own" }).click();
  const popup = await opens;
  const bubbles = async (texts) => until(`the window shows ${texts}`, async () => JSON.stringify(await popup.locator(".bubble").allTextContents()) === JSON.stringify(texts));
  await bubbles([first]);
  await visitor.page.getByRole("button", { name: "Open chat", exact: true }).waitFor();
  await popup.getByRole("textbox", { name: "Message" }).fill("From the window");
  await popup.getByRole("textbox", { name: "Message" }).press("Enter");
  await bubbles([first, "From the window"]);
  await agent.say("I can hear you.");
  await bubbles([first, "From the window", "I can hear you."]);
  await until("one socket serves both", () => visitor.sockets() === 1);
  assert.equal(sockets, 0);
  assert.deepEqual(await agent.stored(), [first, "From the window", "I can hear you."]);
  await popup.reload();
  await bubbles([first, "From the window", "I can hear you."]);
  await visitor.page.goto("about:blank");
  await agent.say("Still with me?");
  await bubbles([first, "From the window", "I can hear you.", "Still with me?"]);
  assert.equal(sockets, 1);
});

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
/** Where the composer ends on the screen, in pixels from the top of the page's window. */
const floor = async (visitor) => {
  const { y, height } = await visitor.chat.locator(".composer").boundingBox();
  return Math.round(y + height);
};

test("on a phone the composer stays above a keyboard that makes the page smaller, as Android does", async (t) => {
  const { visitor } = await talking(t, phone);
  const session = await visitor.page.context().newCDPSession(visitor.page);
  const screen = (height) => session.send("Emulation.setDeviceMetricsOverride", { width: 390, height, deviceScaleFactor: 1, mobile: true });
  await visitor.chat.locator("textarea").tap();
  await screen(460);
  await until("the composer is above the keyboard", async () => (await floor(visitor)) === 460);
  await visitor.write("With my thumbs");
  await visitor.chat.getByText("With my thumbs").waitFor();
  await screen(844);
  await until("the composer is at the bottom again", async () => (await floor(visitor)) === 844);
});

test("on a phone the composer stays above a keyboard that covers the page, as iOS does, and zooming moves nothing", async (t) => {
  // Chromium has no keyboard that only covers: the page's visual viewport is played, all else is as it is.
  const prepare = (context) =>
    context.addInitScript(() => {
      const view = Object.assign(new EventTarget(), { height: innerHeight, width: innerWidth, offsetTop: 0, offsetLeft: 0, scale: 1 });
      Object.defineProperty(window, "visualViewport", { value: view });
      window.look = (change) => {
        Object.assign(view, change);
        view.dispatchEvent(new Event("resize"));
      };
    });
  const { visitor } = await talking(t, { ...phone, prepare });
  const look = (change) => visitor.page.evaluate((how) => window.look(how), change);
  await look({ height: 500, offsetTop: 60 });
  await until("the composer is above the keyboard", async () => (await floor(visitor)) === 560);
  await look({ height: 422, offsetTop: 200, scale: 2 });
  assert.equal(await floor(visitor), 560);
  await look({ height: 844, offsetTop: 0, scale: 1 });
  await until("the composer is at the bottom again", async () => (await floor(visitor)) === 844);
});

test("a pushed notification is shown by the browser, and a click on it shows its conversation in the page that is open", async (t) => {
  const context = await browser.newContext({ permissions: ["notifications"] });
  t.after(() => context.close());
  const page = await context.newPage();
  const site = program.credentials.site_key;
  await page.goto(`${program.address}/widget?site_key=${site}`);
  const bubbles = (texts) => until(`the page shows ${texts}`, async () => JSON.stringify(await page.locator(".bubble").allTextContents()) === JSON.stringify(texts));
  const begin = async ({ name, email, message }) => {
    for (const [label, text] of [["Name", name], ["E-mail", email], ["Message", message]]) await page.getByLabel(label, { exact: true }).fill(text);
    await page.getByRole("button", { name: "Start conversation" }).click();
    await bubbles([message]);
  };
  const [one, other] = [jane(), jane()];
  await begin(one);
  const reference = await until("the server has named it", () => page.evaluate((key) => localStorage.getItem(`parley:${key}:ref`), site));
  await page.getByRole("button", { name: "Back" }).click();
  await page.getByRole("button", { name: "New conversation" }).click();
  await begin(other);

  const session = await context.newCDPSession(page);
  const registrations = [];
  session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations: seen }) => registrations.push(...seen));
  await session.send("ServiceWorker.enable");
  await page.evaluate(async () => {
    await navigator.serviceWorker.register("/push-worker.js");
    await navigator.serviceWorker.ready;
  });
  const { registrationId } = await until("the worker is known", () => registrations.find(({ scopeURL, isDeleted }) => scopeURL.startsWith(program.address) && !isDeleted));
  const worker = await until("the worker runs", () => context.serviceWorkers()[0]);
  const data = JSON.stringify({ title: "Sarah", body: "It is back.", tag: "c1", url: `/widget?site_key=${site}#conversation=${reference}` });
  await session.send("ServiceWorker.deliverPushMessage", { origin: program.address, registrationId, data });
  const shown = () => worker.evaluate(async () => (await self.registration.getNotifications()).map(({ title, body, tag }) => ({ title, body, tag })));
  assert.deepEqual(await until("the notification is there", async () => ((await shown()).length > 0 ? shown() : null)), [{ title: "Sarah", body: "It is back.", tag: "c1" }]);

  // Nobody can touch a notification of a headless browser: the click begins at the worker's own event, with
  // the notification that the browser holds. Without a touch the browser refuses to bring the page to the front.
  await worker.evaluate(async () => {
    const [notification] = await self.registration.getNotifications();
    self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
  });
  await bubbles([one.message]);
  await until("the notification is gone", async () => (await shown()).length === 0);
  await page.getByRole("textbox", { name: "Message" }).fill("So I see");
  await page.getByRole("textbox", { name: "Message" }).press("Enter");
  await bubbles([one.message, "So I see"]);
});
