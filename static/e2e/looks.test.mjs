// Every state of the widget, in light and dark, left-to-right and right-to-left, is free of barriers.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import axe from "axe-core";
import { enter, origin } from "./stage.mjs";
import { statesOf } from "./states.mjs";
import { openBrowser } from "./visitor.mjs";
import { wordsOf } from "./words.mjs";

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, reducedMotion: "reduce", ignoreHTTPSErrors: true };

let browser;
before(async () => (browser = await openBrowser()));
after(() => browser.close());

// Both at once: a browser's pages are processes of their own.
describe("no state has a barrier, in light or dark", { concurrency: 2 }, () => {
  for (const language of ["en", "ar"]) {
    test(language, async (t) => {
      const context = await browser.newContext({ ...phone, colorScheme: "light", locale: language });
      context.setDefaultTimeout(15_000);
      t.after(() => context.close());
      let view;
      for (const state of statesOf(language, wordsOf(language))) {
        await view?.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
        const { page, chat, errors } = await enter(context, state, { language, view });
        view = page;
        await state.ready(chat);
        const name = `${state.name}, ${language}`;
        // The page around is the same for all states, and the other scheme differs in nothing but its colours.
        const frames = state.name === "home" ? page.frames() : page.frames().slice(1);
        await free(frames, `${name}, light`);
        await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
        await free(frames, `${name}, dark`, { runOnly: ["color-contrast"] });
        assert.deepEqual(errors, [], name);
      }
    });
  }
});

test("the host's mode wins over the system's", async (t) => {
  const context = await browser.newContext({ ...phone, colorScheme: "light" });
  t.after(() => context.close());
  const [state] = statesOf("en", wordsOf("en"));
  const { page, chat } = await enter(context, { ...state, config: { ...state.config, theme: { color: "#ffd400", mode: "dark" } } });
  await state.ready(chat);
  const ground = await chat.locator("body").evaluate((body) => getComputedStyle(body).backgroundColor);
  assert.equal(ground, "rgb(23, 25, 29)");
  await free(page.frames(), "dark by the host, yellow");
});

test("nothing is cut off at twice the size, in high contrast or in a narrow frame", async (t) => {
  const context = await browser.newContext({ viewport: { width: 320, height: 460 }, forcedColors: "active", ignoreHTTPSErrors: true });
  t.after(() => context.close());
  let view;
  for (const state of statesOf("en", wordsOf("en")).filter(({ name }) => ["home", "form", "talk", "assistant", "article"].includes(name))) {
    const { page, chat } = await enter(context, state, { view });
    view = page;
    await state.ready(chat);
    const wide = await chat.locator("main").evaluate((main) => main.scrollWidth - main.clientWidth);
    assert.ok(wide <= 0, `${state.name} is ${wide} px too wide`);
  }
});

test("the configurator is free of barriers, and its choices reach the widget and the line to copy", async (t) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ignoreHTTPSErrors: true });
  t.after(() => context.close());
  const { page, errors } = await enter(context, statesOf("en", wordsOf("en"))[0], { open: false });
  await page.goto(`${origin}/configure`);
  const frame = page.frameLocator("iframe");
  await frame.locator(".hero h1").waitFor();
  await page.getByLabel("Greeting").fill("Ahoy!");
  await page.getByLabel("Dark", { exact: true }).check();
  await page.getByLabel("Language").selectOption("de");
  await page.getByLabel("Colour as hexadecimal").fill("#7c3aed");
  await frame.getByRole("heading", { name: "Ahoy!" }).waitFor();
  await frame.getByText(wordsOf("de").writeUs).waitFor();
  assert.equal(await frame.locator("html").getAttribute("data-mode"), "dark");
  const line = await page.locator("pre").textContent();
  for (const part of ['data-color="#7c3aed"', 'data-mode="dark"', 'data-greeting="Ahoy!"', 'data-locale="de"', 'src="https://chat.example.com/widget.js"']) assert.ok(line.includes(part), part);
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await free(page.frames(), `configurator, ${colorScheme}`);
  }
  assert.deepEqual(errors, []);
});

/** Looks at frames with axe. */
async function free(frames, name, rules = {}) {
  for (const frame of frames) {
    if (!(await frame.evaluate(() => "axe" in window))) await frame.evaluate(axe.source);
    const { violations } = await frame.evaluate((only) => window.axe.run(document, { iframes: false, resultTypes: ["violations"], ...only }), rules);
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, any }) => `${html} ${any[0]?.message ?? ""}`).join("\n")}`);
    assert.deepEqual(found, [], `${name} ${frame.url()}`);
  }
}
