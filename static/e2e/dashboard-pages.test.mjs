// The dashboard's pages beside the inbox: every one opens, is free of barriers, and does what it says.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";
import axe from "axe-core";
import { furnish, sit } from "./desk.mjs";
import { launch, until } from "./program.mjs";
import { settle } from "./sight.mjs";
import { openBrowser, visit } from "./visitor.mjs";

const folder = process.env.SCREENSHOTS;
const tabs = ["profile", "notices", "security", "general", "sites", "team", "channels", "assistants", "canned", "labels", "keys", "webhooks"];

let browser;
let program;
let world;
before(async () => {
  browser = await openBrowser();
  program = await launch({ RATE_LIMITS: "off", OUTBOUND_ALLOW: "127.0.0.0/8" });
  world = await furnish(program);
});
after(async () => {
  await browser.close();
  await program.remove();
});

/** Waits until a page stands with what it shows. */
async function stands(page) {
  await page.locator("h1").waitFor();
  await page.waitForFunction(() => !document.querySelector('[role="status"] .mantine-Skeleton-root'));
}

/** Goes to another page as a link does, without loading the program anew. */
async function go(page, path) {
  const last = await page.evaluateHandle(() => [...document.querySelectorAll("#content *")].at(-1));
  const there = await page.evaluate((to) => {
    if (location.pathname === to) return true;
    history.pushState({}, "", to);
    return false;
  }, `/app${path}`);
  if (!there) await page.waitForFunction((element) => !element.isConnected, last);
  await stands(page);
}

/** What is asked of a page; in the dark only what colours change. */
const rules = { light: { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }, dark: { runOnly: { type: "rule", values: ["color-contrast"] } } };

/** Looks for barriers, in light and dark. */
async function look(page, name) {
  await stands(page);
  if (name === "reports") await page.getByRole("region", { name: "Conversations" }).waitFor();
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.waitForFunction((scheme) => document.documentElement.dataset.mantineColorScheme === scheme, colorScheme);
    await page.evaluate(settle);
    if (folder) {
      await mkdir(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
    }
    if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe.source);
    const { violations } = await page.evaluate((options) => globalThis.axe.run(document, options), rules[colorScheme]);
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`);
    assert.deepEqual(found, [], `${name}, ${colorScheme}`);
  }
}

/** All pages of an owner, rows of lists included. */
async function places() {
  const { call, conversations } = world;
  const [site] = (await call("GET", "/sites")).data;
  const [article] = (await call("GET", "/knowledge")).data;
  return ["/contacts", `/contacts/${conversations[0].contact_id}`, "/knowledge", `/knowledge/${article.id}`, "/reports", "/welcome", ...tabs.map((tab) => `/settings/${tab}`), `/settings/sites/${site.id}`];
}

const nameOf = (path) => path.slice(1).replaceAll("/", "-").replace(/_[0-9a-z]{26}/, "");

test("every page opens for an owner and is free of barriers, light and dark", async (t) => {
  const owner = await sit(browser, program, { path: "/app/contacts" });
  t.after(owner.leave);
  for (const path of await places()) {
    await go(owner.page, path);
    await look(owner.page, nameOf(path));
  }
  assert.deepEqual(owner.errors, []);
});

test("on a phone and from right to left nothing is wider than the window", async (t) => {
  const viewport = { width: 390, height: 844 };
  const owner = await sit(browser, program, { path: "/app/contacts", language: "ar", viewport, hasTouch: true, reducedMotion: "reduce" });
  t.after(owner.leave);
  for (const path of await places()) {
    await go(owner.page, path);
    if (folder) await owner.page.screenshot({ path: join(folder, `${nameOf(path)}-phone-ar.png`) });
    const [dir, over, inside] = await owner.page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.querySelector("#content");
      const { left, right } = document.querySelector("h1").getBoundingClientRect();
      return [document.documentElement.dir, Math.max(0, scrollWidth - clientWidth), left >= 0 && right <= innerWidth];
    });
    assert.deepEqual([path, dir, over, inside], [path, "rtl", 0, true]);
  }
});

test("a key is shown once and opens the API", async (t) => {
  const { page, leave } = await sit(browser, program, { path: "/app/settings/keys" });
  t.after(leave);
  await page.getByRole("button", { name: "New key" }).first().click();
  await page.getByRole("textbox", { name: "Name" }).fill("Order system");
  await page.getByRole("button", { name: "Create" }).click();
  const key = await page.getByRole("group", { name: "API key" }).locator("code").textContent();
  assert.match(key, /^sk_live_/);
  await page.getByRole("button", { name: "I have kept it" }).click();
  await page.getByText("Order system", { exact: true }).waitFor();
  const answer = await fetch(`${program.address}/v2/conversations`, { headers: { "X-API-Key": key } });
  assert.equal(answer.status, 200);
  assert.equal((await page.content()).includes(key), false);
});

test("a webhook is made, tested, and shows what was answered", async (t) => {
  const heard = [];
  const receiver = createServer((request, response) => {
    heard.push(request.headers["webhook-id"]);
    response.end("thank you");
  }).listen(0, "127.0.0.1");
  await once(receiver, "listening");
  t.after(() => receiver.close());
  const { page, leave } = await sit(browser, program, { path: "/app/settings/webhooks" });
  t.after(leave);
  await page.getByRole("button", { name: "New webhook" }).first().click();
  await page.getByRole("textbox", { name: "Address" }).fill(`http://127.0.0.1:${receiver.address().port}/hook`);
  await page.getByRole("button", { name: "Create" }).click();
  assert.match(await page.getByRole("group", { name: "Signing secret" }).locator("code").textContent(), /^whsec_/);
  await page.getByRole("button", { name: "I have kept it" }).click();
  await page.getByRole("button", { name: "Send a test" }).click();
  await until("the receiver is called", () => heard.length > 0);
  const line = page.getByRole("list", { name: "Deliveries" }).getByRole("button", { name: /Succeeded/ });
  await line.click();
  await page.getByText("thank you").waitFor();
  await look(page, "settings-webhook");
});

test("a site's greeting changes, and the demo page shows it", async (t) => {
  const [site] = (await world.call("GET", "/sites")).data;
  const { page, leave } = await sit(browser, program, { path: `/app/settings/sites/${site.id}` });
  t.after(leave);
  await page.getByRole("textbox", { name: "Greeting" }).fill("Good day! What may we throw for you?");
  await page.frameLocator("aside iframe").getByText("What may we throw").waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Save" }).waitFor({ state: "detached" });
  // A node remembers a site for three seconds, and the preview has just asked for this one.
  await until("the demo page greets anew", async () => {
    const visitor = await visit(browser, program.address);
    await visitor.open();
    const greeting = await visitor.chat.getByRole("heading", { level: 1 }).textContent();
    await visitor.leave();
    return greeting === "Good day! What may we throw for you?";
  });
});

test("an article is written, and found at once", async (t) => {
  const { page, leave } = await sit(browser, program, { path: "/app/knowledge/new" });
  t.after(leave);
  await page.getByRole("textbox", { name: "Title" }).fill("Glazes");
  await page.getByRole("textbox", { name: "Text (Markdown)" }).fill("## Care\n\nOur **celadon** glaze loves dishwashers. <script>alert(1)</script>");
  await page.getByRole("region", { name: "Preview" }).getByRole("heading", { name: "Care" }).waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await page.waitForURL(/\/knowledge\/art_/);
  const found = await world.call("GET", "/search?q=celadon&types=article");
  assert.equal(found.articles.data[0].article.title, "Glazes");
  await page.goto(`${program.address}/app/knowledge?q=celadon`);
  await page.getByRole("link", { name: "Glazes" }).waitFor();
});

test("an assistant is made of a template, published, and tried", async (t) => {
  const { page, leave } = await sit(browser, program, { path: "/app/settings/assistants" });
  t.after(leave);
  await page.getByRole("button", { name: "New assistant" }).first().click();
  await page.getByRole("textbox", { name: "Name" }).fill("Clay");
  await page.getByRole("combobox", { name: "Begin with" }).click();
  await page.getByRole("option", { name: "Customer support" }).click();
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByRole("button", { name: "Publish" }).click();
  const pane = page.getByRole("complementary", { name: "Try it" });
  await pane.getByRole("textbox").fill("How many days do I have to send something back?");
  await pane.getByRole("button", { name: "Send" }).click();
  await pane.locator("[data-who=assistant]").nth(1).waitFor();
  await look(page, "settings-assistant");
});
