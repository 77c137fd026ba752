// The whole way through the widget without a pointer.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { enter } from "./stage.mjs";
import { statesOf } from "./states.mjs";
import { openBrowser } from "./visitor.mjs";
import { wordsOf } from "./words.mjs";

const words = wordsOf("en");
const states = Object.fromEntries(statesOf("en", words).map((state) => [state.name, state]));

let browser;
before(async () => (browser = await openBrowser()));
after(() => browser.close());

/** A desk with a keyboard and a widget whose launcher has the focus. */
async function sit(t, name) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, reducedMotion: "reduce", ignoreHTTPSErrors: true });
  context.setDefaultTimeout(10_000);
  t.after(() => context.close());
  const entered = await enter(context, states[name], { open: false });
  const { page, chat } = entered;
  const keys = async (...names) => {
    for (const key of names) await page.keyboard.press(key);
  };
  /** What has the focus inside the frame, by its name or text. */
  const focused = () =>
    chat.locator(":focus").evaluate((element) => element.getAttribute("aria-label") ?? element.textContent?.trim() ?? "");
  /** Tabs on until something with this name has the focus. */
  const reach = async (text) => {
    for (let i = 0; i < 30; i++) {
      if ((await chat.locator(":focus").count()) > 0 && (await focused()).includes(text)) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`Tab never came to ${text}`);
  };
  await page.locator("parley-chat button").focus();
  await page.keyboard.press("Enter");
  return { ...entered, keys, focused, reach };
}

test("from the start page to an article and back, to the form, and out", async (t) => {
  const { page, chat, keys, focused, reach } = await sit(t, "home");
  await chat.locator(".row").first().waitFor();
  await reach("Returns and refunds");
  await keys("Enter");
  await chat.locator("article h3").first().waitFor();
  assert.equal(await focused(), "Returns and refunds");
  await keys("Shift+Tab");
  await reach(words.back);
  await keys("Enter");
  await chat.locator(".hero").waitFor();
  assert.match(await focused(), /^Returns and refunds/);
  await keys("Shift+Tab", "Shift+Tab");
  await reach(words.writeUs);
  await keys("Enter");
  await chat.locator("form").waitFor();
  assert.equal(await chat.locator(":focus").getAttribute("name"), "name");
  await keys("Escape");
  assert.equal(await page.evaluate(() => document.activeElement?.localName), "parley-chat");
});

test("an emoji, a person, a source: all by keys, each with its focus back", async (t) => {
  const { chat, keys, focused, reach } = await sit(t, "assistant");
  await chat.locator(".sources").waitFor();
  const area = chat.locator("textarea");
  await area.focus();
  await reach(words.emoji);
  await keys("Enter");
  await chat.locator(".signs button").first().waitFor();
  await keys("ArrowRight", "ArrowDown", "Enter", "Escape");
  assert.equal(await focused(), words.emoji);
  assert.equal(await area.inputValue(), "😉");
  await area.focus();
  await keys("Shift+Tab");
  assert.match(await focused(), new RegExp(words.person));
  await keys("Enter");
  await chat.getByText(words.personAsked).waitFor();
  await chat.locator(".sources button").focus();
  await keys("Enter");
  await chat.locator("article h3").first().waitFor();
  await keys("Shift+Tab");
  await reach(words.back);
  await keys("Enter");
  await chat.locator(".sources").waitFor();
  assert.equal(await focused(), "Returns and refunds");
});
