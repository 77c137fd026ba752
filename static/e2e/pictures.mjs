// Takes a picture of every state: node e2e/pictures.mjs FOLDER [state…]. Writes into FOLDER alone.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { enter, origin } from "./stage.mjs";
import { statesOf } from "./states.mjs";
import { openBrowser } from "./visitor.mjs";
import { wordsOf } from "./words.mjs";

const [folder, ...wanted] = process.argv.slice(2);
if (!folder) throw new Error("usage: node e2e/pictures.mjs FOLDER [state…]");
await mkdir(folder, { recursive: true });

const screens = {
  panel: { viewport: { width: 480, height: 830 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
};
const sets = [
  { screen: "panel", language: "en", colorScheme: "light" },
  { screen: "panel", language: "en", colorScheme: "dark" },
  { screen: "phone", language: "ar", colorScheme: "light" },
  { screen: "phone", language: "ar", colorScheme: "dark" },
];

const browser = await openBrowser();
for (const { screen, language, colorScheme } of sets) {
  const options = { ...screens[screen], colorScheme, locale: language, reducedMotion: "reduce", ignoreHTTPSErrors: true };
  const context = await browser.newContext(options);
  context.setDefaultTimeout(5_000);
  for (const state of statesOf(language, wordsOf(language))) {
    if (wanted.length > 0 && !wanted.includes(state.name)) continue;
    const { page, chat, errors } = await enter(context, state, { language });
    await state.ready(chat).catch((error) => console.error(state.name, language, String(error).split("\n")[0], errors));
    await page.screenshot({ path: join(folder, `${state.name}-${screen}-${colorScheme}-${language}.png`) });
    await page.close();
  }
  await context.close();
}

for (const colorScheme of wanted.length === 0 || wanted.includes("configurator") ? ["light", "dark"] : []) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, colorScheme, ignoreHTTPSErrors: true });
  const { page } = await enter(context, statesOf("en", wordsOf("en"))[0], { open: false });
  await page.goto(`${origin}/configure`);
  await page.frameLocator("iframe").locator(".rows .row").first().waitFor();
  await page.screenshot({ path: join(folder, `configurator-${colorScheme}.png`) });
  await context.close();
}
await browser.close();
