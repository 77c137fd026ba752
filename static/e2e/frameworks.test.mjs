// The chat on pages whose framework takes everything else away: on a visit, on hydration, on an error.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { build } from "vite";
import { shop, site } from "./customer.mjs";
import { tag, talking } from "./guests.mjs";
import { until } from "./program.mjs";
import { Shop } from "./shop.mjs";
import { drive, fail } from "./turbo.mjs";

/** Marks the chat's document, and tells later whether it is still the same, and the only one. */
async function mark({ page, frame }) {
  await frame().evaluate(() => Object.assign(window, { neverReloaded: true }));
  return {
    same: () => frame().evaluate(() => window.neverReloaded === true),
    alone: () => page.evaluate(() => document.querySelectorAll("parley-chat").length === 1 && document.querySelector("parley-chat").parentNode === document.documentElement),
  };
}

const links = '<nav><a href="/">Home</a> <a href="/bowls">Bowls</a></nav>';

for (const [where, page] of Object.entries({
  body: (title) => shop(links + tag(), { title }),
  head: (title) => shop(links, { title, head: tag() + `<meta name="description" content="${title}">` }),
})) {
  test(`Turbo's visits, forth and back, leave the chat and a half-written word where they are; the line stands in the ${where}`, async (t) => {
    const pages = await site((path) => page(path === "/bowls" ? "Bowls" : "A shop"));
    t.after(pages.remove);
    const { visitor, first, agent } = await talking(t, { at: pages.address });
    const chat = await mark(visitor);
    const at = (title) => visitor.page.locator("html:not([aria-busy]) h1", { hasText: title }).waitFor();
    const area = visitor.chat.locator("textarea");
    await area.fill("Half a sen");
    await visitor.page.evaluate(drive);
    const told = visitor.page.waitForRequest((request) => request.url().endsWith("/page") && request.postData()?.includes("/bowls"));
    await visitor.page.locator("a", { hasText: "Bowls" }).click();
    await at("Bowls");
    await told;
    await visitor.page.goBack();
    await at("A shop");
    await visitor.page.goForward();
    await at("Bowls");
    await visitor.page.locator("a", { hasText: "Home" }).click();
    await at("A shop");
    assert.deepEqual([await chat.same(), await chat.alone()], [true, true]);
    assert.equal(await area.inputValue(), "Half a sen");
    await agent.say("Whole ones, please.");
    await visitor.sees([first, "Whole ones, please."]);
    await visitor.page.evaluate(fail);
    await at("Gone");
    assert.deepEqual([await chat.same(), await chat.alone()], [true, true]);
    await visitor.write("Half a sentence");
    await visitor.sees([first, "Whole ones, please.", "Half a sentence"]);
    assert.deepEqual(visitor.errors, []);
  });
}

/** The shop's script, as its own build would make it. */
async function script() {
  const [{ output }] = await build({
    configFile: false,
    logLevel: "error",
    define: { "process.env.NODE_ENV": '"production"' },
    build: { write: false, minify: false, lib: { entry: fileURLToPath(new URL("hydrate.mjs", import.meta.url)), formats: ["iife"], name: "Shop" } },
  });
  return output[0].code;
}

/** A visitor who talks on React's page before React has taken it over. */
async function early(t) {
  const taken = await script();
  const html = `<!doctype html>${renderToString(createElement(Shop))}`.replace("</body>", `<script src="/shop.js"></script>${tag()}</body>`);
  const pages = await site((path) => (path === "/shop.js" ? taken : html));
  t.after(pages.remove);
  const talk = await talking(t, { at: pages.address });
  await talk.visitor.chat.locator("textarea").fill("Half a sen");
  return { ...talk, chat: await mark(talk.visitor), complaints: () => talk.visitor.page.evaluate(() => window.complaints) };
}

const buys = async ({ page }) => {
  await page.evaluate(() => document.getElementById("buy").click());
  await page.getByText("Bowls: 1").waitFor();
};

test("React takes over a document with the chat on it, without a complaint, and leaves it where it is", async (t) => {
  const { visitor, first, chat, complaints } = await early(t);
  await visitor.page.evaluate(() => void window.hydrate());
  await buys(visitor);
  assert.deepEqual(await complaints(), []);
  assert.deepEqual([await chat.same(), await chat.alone()], [true, true]);
  assert.equal(await visitor.chat.locator("textarea").inputValue(), "Half a sen");
  await visitor.sees([first]);
});

test("where server and browser disagree, React sweeps away all it did not render: the chat comes back with every word", async (t) => {
  const { visitor, first, agent, chat, complaints } = await early(t);
  await visitor.page.evaluate(() => void window.hydrate("From the browser"));
  await visitor.page.getByText("From the browser").waitFor();
  await buys(visitor);
  assert.notDeepEqual(await complaints(), []);
  await until("the chat is back", chat.alone);
  await visitor.sees([first]);
  await until("the half-written word is back", async () => (await visitor.chat.locator("textarea").inputValue()) === "Half a sen");
  await agent.say("Still here.");
  await visitor.sees([first, "Still here."]);
});

test("a page that puts another root in its place keeps the chat, in the new root's language", async (t) => {
  const pages = await site(() => shop(tag()));
  t.after(pages.remove);
  const { visitor, first } = await talking(t, { at: pages.address });
  const { page } = visitor;
  const chat = await mark(visitor);
  const put = (language) => page.evaluate((lang) => {
    const root = document.createElement("html");
    root.lang = lang;
    root.innerHTML = "<head><title>Another</title></head><body><h1>Another</h1></body>";
    document.replaceChild(root, document.documentElement);
  }, language);
  await put("en");
  await until("the chat is in the new root", chat.alone);
  await visitor.sees([first]);
  await page.evaluate(() => (document.documentElement.lang = "de"));
  await page.getByRole("button", { name: "Chat schließen" }).waitFor();
  await page.evaluate(() => document.removeChild(document.documentElement));
  await page.evaluate(() => document.append(document.createElement("html")));
  await until("the chat is in the third root too", chat.alone);
  await visitor.sees([first]);
  assert.deepEqual(visitor.errors, []);
});
