// The whole way through the widget without a pointer.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { until } from "./program.mjs";
import { enter } from "./stage.mjs";
import { statesOf } from "./states.mjs";
import { openBrowser } from "./visitor.mjs";
import { wordsOf } from "./words.mjs";

const words = wordsOf("en");
const states = Object.fromEntries(statesOf("en", words).map((state) => [state.name, state]));

let browser;
before(async () => (browser = await openBrowser()));
after(() => browser.close());

/** A keyboard goes with phones too. There the panel takes the whole window, and motion may be in the way. */
const screens = {
  "at a desk": { viewport: { width: 1280, height: 860 }, reducedMotion: "reduce" },
  "on a phone, with motion": { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, reducedMotion: "no-preference" },
};
const phone = screens["on a phone, with motion"];

/** A screen with a keyboard and a widget whose launcher has the focus; `prepare` may change the page before it is opened. */
async function sit(t, name, screen, prepare = () => {}) {
  const context = await browser.newContext({ ...screen, ignoreHTTPSErrors: true });
  t.after(() => context.close());
  const entered = await enter(context, states[name], { open: false });
  const { page, chat } = entered;
  const keys = async (...names) => {
    for (const key of names) await page.keyboard.press(key);
  };
  /** What has the focus inside the frame, by its name or text. */
  const focused = () =>
    chat.locator(":focus").evaluate((element) => element.getAttribute("aria-label") ?? element.textContent?.trim() ?? "");
  /** Waits until the chat has the focus, as it does when page and frame have found each other. */
  const arrives = () => until("the chat has the focus", async () => (await focusOf(page)) === "iframe");
  /** Waits until the focus has come to this name: it follows what is drawn. */
  const lands = (text) => until(`${text} has the focus`, async () => (await focused()).startsWith(text));
  /** Tabs on until something with this name has the focus. */
  const reach = async (text) => {
    for (let i = 0; i < 30; i++) {
      if ((await chat.locator(":focus").count()) > 0 && (await focused()).includes(text)) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`Tab never came to ${text}`);
  };
  await prepare(page);
  await page.locator("parley-chat button").focus();
  await page.keyboard.press("Enter");
  return { ...entered, keys, arrives, lands, reach };
}

/** What has the focus on the customer's page, into the widget's own root. */
const focusOf = (page) =>
  page.evaluate(() => {
    const { activeElement } = document;
    return (activeElement?.shadowRoot?.activeElement ?? activeElement)?.localName;
  });

for (const [where, screen] of Object.entries(screens)) {
  test(`from the start page to an article and back, to the form, and out, ${where}`, async (t) => {
    const { page, chat, keys, arrives, lands, reach } = await sit(t, "home", screen);
    await arrives();
    await chat.locator(".row").first().waitFor();
    await reach("Returns and refunds");
    await keys("Enter");
    await chat.locator("article h3").first().waitFor();
    await lands("Returns and refunds");
    await keys("Shift+Tab");
    await reach(words.back);
    await keys("Enter");
    await chat.locator(".hero").waitFor();
    await lands("Returns and refunds");
    await keys("Shift+Tab", "Shift+Tab");
    await reach(words.writeUs);
    await keys("Enter");
    await chat.locator("form").waitFor();
    await chat.locator("[name=name]:focus").waitFor();
    await keys("Escape");
    await until("the launcher has the focus", async () => (await focusOf(page)) === "button");
  });

  test(`an emoji, a person, a source: all by keys, each with its focus back, ${where}`, async (t) => {
    const { chat, keys, arrives, lands, reach } = await sit(t, "assistant", screen);
    await arrives();
    await chat.locator(".sources").waitFor();
    const area = chat.locator("textarea");
    await area.focus();
    await reach(words.emoji);
    await keys("Enter");
    await chat.locator(".signs button:focus").waitFor();
    await keys("ArrowRight", "ArrowDown", "Enter", "Escape");
    await lands(words.emoji);
    assert.equal(await area.inputValue(), "😉");
    await area.focus();
    await keys("Shift+Tab");
    await lands(words.person);
    await keys("Enter");
    await chat.getByText(words.personAsked).waitFor();
    await chat.locator(".sources button").focus();
    await keys("Enter");
    await chat.locator("article h3").first().waitFor();
    await keys("Shift+Tab");
    await reach(words.back);
    await keys("Enter");
    await chat.locator(".sources").waitFor();
    await lands("Returns and refunds");
  });
}

/** Links on the customer's page, and which of them ever had the focus. */
const lined = (page) =>
  page.evaluate(() => {
    document.querySelector("main").insertAdjacentHTML("beforeend", '<p style="margin-top:60vh"><a href="#one">One</a> <a href="#two">Two</a></p>');
    window.visited = [];
    document.body.addEventListener("focusin", ({ target }) => window.visited.push(target.textContent));
  });

test("over the whole window the panel is all there is: no key leads behind it, until it closes or the window grows", async (t) => {
  const { page, chat, keys, arrives } = await sit(t, "home", phone, lined);
  const visited = () => page.evaluate(() => window.visited.splice(0));
  await arrives();
  await chat.locator(".row").first().waitFor();
  for (let i = 0; i < 25; i++) await keys("Tab");
  for (let i = 0; i < 50; i++) await keys("Shift+Tab");
  assert.deepEqual(await visited(), []);
  await page.setViewportSize({ width: 1000, height: 844 });
  await until("the page can be reached beside the panel", async () => (await page.locator("parley-chat dialog[open]").count()) === 0);
  await page.locator("main a").first().focus();
  assert.deepEqual(await visited(), ["One"]);
  await page.setViewportSize(phone.viewport);
  await page.locator("parley-chat dialog[open]").waitFor();
  await page.evaluate(() => document.querySelector("main a").focus());
  assert.deepEqual(await visited(), []);
  await page.evaluate(() => window.Parley("close"));
  await visited();
  await page.locator("main a").last().focus();
  assert.deepEqual(await visited(), ["Two"]);
});

test("what closes a modal dialog closes the chat, and shutdown gives the page back at once", async (t) => {
  const { page, arrives } = await sit(t, "home", phone, lined);
  await arrives();
  // As the key for going back does on Android, which Chromium has no key for here.
  await page.locator("parley-chat dialog").evaluate((dialog) => dialog.close());
  await until("the chat is closed", async () => (await page.locator("parley-chat button").getAttribute("aria-expanded")) === "false");
  await page.locator("parley-chat button").click();
  await page.locator("parley-chat dialog[open]").waitFor();
  await page.evaluate(() => window.Parley("shutdown"));
  await page.locator("main a").first().focus();
  assert.deepEqual(await page.evaluate(() => window.visited), ["One"]);
});

for (const [where, screen] of Object.entries(screens)) {
  test(`a frame that does not come traps nobody, and comes when the network does, ${where}`, async (t) => {
    let fails = true;
    const { page, chat, keys, arrives } = await sit(t, "home", screen, (page) =>
      page.route("**/widget?*", (route) => (fails ? route.abort("internetdisconnected") : route.fallback())),
    );
    const launcher = page.locator("parley-chat button");
    const atop = () => launcher.evaluate((button) => {
      const { left, top, width, height } = button.getBoundingClientRect();
      return button.getRootNode().elementFromPoint(left + width / 2, top + height / 2) === button;
    });
    const waits = async () => {
      await until("the browser has given up", async () => page.frames().some((frame) => frame.url().startsWith("chrome-error:")));
      await until("its error page is out of sight", async () => !(await page.locator("parley-chat iframe").isVisible()));
      assert.equal(await page.locator("parley-chat dialog").isVisible(), true);
      assert.equal(await atop(), true, "the launcher is covered");
    };
    await waits();
    await keys("Escape");
    assert.equal(await launcher.getAttribute("aria-expanded"), "false");
    await keys("Enter");
    assert.equal(await launcher.getAttribute("aria-expanded"), "true");
    const comes = async () => {
      fails = false;
      await page.evaluate(() => window.dispatchEvent(new Event("online")));
      await chat.locator(".hero").waitFor();
      await arrives();
    };
    await comes();
    // So does one that begins anew later, and the chat stays open.
    fails = true;
    await page.frames()[1].evaluate(() => void setTimeout(() => location.reload()));
    await waits();
    assert.equal(await launcher.getAttribute("aria-expanded"), "true");
    await comes();
    assert.equal(await launcher.getAttribute("aria-expanded"), "true");
  });
}

test("in high contrast launcher and panel have edges", async (t) => {
  const { page, chat } = await sit(t, "home", { ...screens["at a desk"], forcedColors: "active" });
  await chat.locator(".hero").waitFor();
  for (const name of ["button", "dialog"]) {
    const edge = await page.locator(`parley-chat ${name}`).evaluate((element) => getComputedStyle(element).outline);
    assert.match(edge, /solid [2-9]px/, name);
  }
  // The signs are drawn with what forced colours keep.
  const sign = await page.locator("parley-chat button").evaluate((button) => getComputedStyle(button, ":after").borderBottom);
  assert.match(sign, /^2px solid rgb\((?!255, 255, 255)/);
});
