// Every state of the widget, in light and dark, left-to-right and right-to-left, is free of barriers.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import axe from "axe-core";
import { controls, cutOff, edgeless, letters, outlined, restless } from "./sight.mjs";
import { until } from "./program.mjs";
import { enter, origin } from "./stage.mjs";
import { statesOf } from "./states.mjs";
import { openBrowser } from "./visitor.mjs";
import { wordsOf } from "./words.mjs";

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, reducedMotion: "reduce", ignoreHTTPSErrors: true };

let browser;
before(async () => (browser = await openBrowser()));
after(() => browser.close());

// Both at once: a browser's pages are processes of their own.
describe("no state has a barrier, in light or dark, moves where that is not wanted, or makes telephones zoom", { concurrency: 2 }, () => {
  for (const language of ["en", "ar"]) {
    test(language, async (t) => {
      const context = await browser.newContext({ ...phone, colorScheme: "light", locale: language });
      t.after(() => context.close());
      let view;
      const written = new Map();
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
        for (const frame of page.frames()) assert.deepEqual(await frame.evaluate(restless), [], name);
        for (const [field, size] of await page.frames()[1].evaluate(letters)) written.set(field, Math.min(size, written.get(field) ?? size));
        assert.deepEqual(errors, [], name);
      }
      // Below that, telephones zoom in on a field, and do not come back.
      assert.deepEqual([...written].filter(([, size]) => size < 16), []);
      assert.deepEqual([...written.keys()].sort(), ["field", "field grow", "rating", "search", "write"]);
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

describe("nothing is cut off in any state", { concurrency: 2 }, () => {
  const windows = { "at twice the size": [640, 360], "in a narrow and low frame": [320, 460], "on its side, with a keyboard": [640, 240] };
  for (const [name, [width, height]] of Object.entries(windows)) {
    test(name, async (t) => {
      const context = await browser.newContext({ viewport: { width, height }, reducedMotion: "reduce", ignoreHTTPSErrors: true });
      t.after(() => context.close());
      for await (const { state, frame } of walk(context)) {
        assert.deepEqual(await frame.evaluate(cutOff), [], state.name);
        const [wide, high] = await frame.evaluate(() => [document.querySelector("main").scrollWidth - innerWidth, document.querySelector(".log")?.clientHeight ?? 100]);
        assert.ok(wide <= 0, `${state.name} is ${wide} px too wide`);
        if (height >= 360) assert.ok(high >= 80, `${state.name} leaves ${high} px for what was said`);
      }
    });
  }
});

test("in high contrast everything has an edge, and each kind of control shows that it has the focus", async (t) => {
  const context = await browser.newContext({ viewport: { width: 480, height: 700 }, forcedColors: "active", reducedMotion: "reduce", ignoreHTTPSErrors: true });
  t.after(() => context.close());
  const seen = new Set();
  for await (const { state, frame, page } of walk(context)) {
    assert.deepEqual(await frame.evaluate(edgeless), [], state.name);
    // Who uses the keyboard sees where they are, also where a script puts them.
    await page.keyboard.press("Shift");
    for (const [kind, selector] of await frame.evaluate(controls)) {
      if (seen.has(kind)) continue;
      const sight = await until(`${kind} keeps the focus`, () => focusOn(page, frame, selector));
      // What was drawn anew meanwhile is met again in another state.
      if (sight === "gone") continue;
      seen.add(kind);
      assert.ok(sight.outline, `${kind} in ${state.name} has no outline`);
      await frame.evaluate(() => document.activeElement.blur());
      assert.ok(!sight.focused.equals(await look(page, sight.box)), `${kind} in ${state.name} does not show its focus`);
    }
  }
  assert.ok(seen.size > 20, [...seen].join("; "));
});

/** How a control looks with the focus; nothing where the focus or the control went elsewhere while it was looked at. */
async function focusOn(page, frame, selector) {
  const control = await frame.$(selector);
  if (!control) return "gone";
  await control.evaluate((element) => element.focus());
  const box = await control.boundingBox();
  const sight = { box, outline: await frame.evaluate(outlined), focused: box && (await look(page, box)) };
  return (await control.evaluate((element) => element === document.activeElement)) && box && sight;
}

/** Goes through all states on one page. */
async function* walk(context, language = "en") {
  let view;
  for (const state of statesOf(language, wordsOf(language))) {
    const { page, chat } = await enter(context, state, { language, view });
    view = page;
    await state.ready(chat);
    yield { state, page, frame: page.frames()[1] };
  }
}

/** A picture of a place with what is close around it. */
const look = (page, { x, y, width, height }) =>
  page.screenshot({ clip: { x: Math.max(0, x - 6), y: Math.max(0, y - 6), width: width + 12, height: height + 12 } });

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
  await frame.locator('html[data-mode="dark"]').waitFor({ state: "attached" });
  for (const part of ['data-color="#7c3aed"', 'data-mode="dark"', 'data-greeting="Ahoy!"', 'data-locale="de"', 'src="https://chat.example.com/widget.js"']) await page.locator("pre", { hasText: part }).waitFor();
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
