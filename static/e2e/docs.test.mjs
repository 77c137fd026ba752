import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "./program.mjs";
import { openBrowser } from "./visitor.mjs";

let browser;
before(async () => (browser = await openBrowser()));
after(() => browser.close());

test("the reference shows the operations and asks nothing of other hosts", async (t) => {
  const program = await launch();
  t.after(program.remove);
  const page = await browser.newPage();
  t.after(() => page.close());
  const asked = [];
  const complaints = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(`${program.address}/docs`);
  await page.locator(".opblock-tag-section").first().waitFor();
  await page.locator('[data-tag="Agent"]').click();
  const operation = page.locator(".opblock", { hasText: "/v2/conversation/{id}/message" }).first();
  await operation.click();
  await operation.getByText("internal note", { exact: false }).first().waitFor();
  assert.deepEqual(asked.filter((url) => !url.startsWith(program.address) && !url.startsWith("data:")), []);
  assert.deepEqual(complaints, []);
});
