// Takes a picture of every state: node e2e/pictures.mjs FOLDER [state…]. Writes into FOLDER alone.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { enter } from "./stage.mjs";
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

/** Takes one picture of one state on a page. */
async function shoot(name, options, stateName, { language = "en", path, ready }) {
  if (wanted.length > 0 && !wanted.includes(name)) return;
  const context = await browser.newContext({ ...options, locale: language, reducedMotion: "reduce", ignoreHTTPSErrors: true });
  const state = statesOf(language, wordsOf(language)).find((entry) => entry.name === stateName);
  const { page, chat } = await enter(context, state, { language, path, open: path !== "/configure" });
  await (ready ?? state.ready)(chat);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await context.close();
}

const desk = { viewport: { width: 1280, height: 800 } };
const listed = (chat) => chat.locator(".rows .row").first().waitFor();
for (const colorScheme of ["light", "dark"]) {
  await shoot(`configurator-${colorScheme}`, { ...desk, colorScheme }, "home", { path: "/configure", ready: listed });
}
await shoot("conversation", { ...desk, colorScheme: "light" }, "talk", { path: "/demo" });
await shoot("phone", { ...screens.phone, colorScheme: "dark" }, "assistant", { language: "ar", path: "/demo?lang=ar" });
await browser.close();
