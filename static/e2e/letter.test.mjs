import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { agentOf } from "./agent.mjs";
import { launch, until } from "./program.mjs";
import { openBrowser, visit } from "./visitor.mjs";

let browser;
before(async () => (browser = await openBrowser()));
after(() => browser.close());

test("the link of a letter opens the conversation in a fresh browser", async (t) => {
  const program = await launch();
  t.after(program.remove);
  const visitor = await visit(browser, program.address);
  t.after(visitor.leave);
  await visitor.open();
  const began = visitor.page.waitForResponse((response) => response.request().method() === "POST" && /conversations$/.test(response.url()));
  await visitor.begin({ name: "Jane Doe", email: "jane@example.com", message: "Is it back?" });
  const { conversation_token } = await (await began).json();
  await visitor.sees(["Is it back?"]);
  const site = new URL(visitor.frame().url()).searchParams.get("site_key");
  await agentOf(program).say("It is.");

  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(`${program.address}/widget?site_key=${site}#conversation=${conversation_token}`);
  const bubbles = () => page.locator(".bubble").allTextContents();
  const sees = (texts) =>
    until(`the page shows ${JSON.stringify(texts)}`, async () => JSON.stringify(await bubbles()) === JSON.stringify(texts));
  await sees(["Is it back?", "It is."]);
  assert.equal(page.url(), `${program.address}/widget?site_key=${site}`);
  assert.ok(!asked.slice(0, 1).some((address) => address.includes(conversation_token)));
  await page.getByRole("textbox", { name: "Message" }).fill("Lovely.");
  await page.getByRole("textbox", { name: "Message" }).press("Enter");
  await visitor.sees(["Is it back?", "It is.", "Lovely."]);
  await page.reload();
  await sees(["Is it back?", "It is.", "Lovely."]);
});
