// The page that the client's guide shows, as it stands there.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { agentOf } from "./agent.mjs";
import { customer } from "./customer.mjs";
import { browser, program } from "./guests.mjs";
import { until } from "./program.mjs";
import { visit } from "./visitor.mjs";

test("the guide's page begins a conversation, shows the answer, and goes on after a reload", async (t) => {
  const guide = readFileSync(new URL("../src/client/README.md", import.meta.url), "utf8");
  const [, page] = /```html\n([\s\S]*?)```/.exec(guide);
  const here = page.replace("https://chat.example.com", program.address).replace("pk_live_…", program.credentials.site_key);
  assert.notEqual(here, page);
  const shop = await customer(here);
  t.after(shop.remove);
  const visitor = await visit(browser, program.address, { at: shop.address });
  t.after(visitor.leave);
  const { page: view } = visitor;
  const log = view.getByRole("log");
  const lists = (...texts) => until(`the page lists ${texts}`, async () => JSON.stringify(await log.locator("li").allTextContents()) === JSON.stringify(texts));

  await view.getByLabel("Name").fill("Jane Doe");
  await view.getByLabel("E-mail").fill("jane@example.com");
  await view.getByLabel("Message").first().fill("Is the <b>bowl</b> back?");
  await view.getByRole("button", { name: "Start conversation" }).click();
  await lists("You: Is the <b>bowl</b> back?");
  await agentOf(program).say("Since this morning.");
  await until("the answer is there", async () => (await log.locator("li").count()) === 2);
  const [author] = (await log.locator("li").last().textContent()).split(":");
  assert.notEqual(author, "You");
  await view.getByRole("button", { name: "Start conversation" }).waitFor({ state: "hidden" });
  await view.locator("#write textarea").pressSequentially("Put one aside, ple");
  await view.reload();
  await until("the draft is back", async () => (await view.locator("#write textarea").inputValue()) === "Put one aside, ple");
  await view.locator("#write textarea").fill("Put one aside, please.");
  await view.getByRole("button", { name: "Send" }).click();
  await lists("You: Is the <b>bowl</b> back?", `${author}: Since this morning.`, "You: Put one aside, please.");
  await view.reload();
  await lists("You: Is the <b>bowl</b> back?", `${author}: Since this morning.`, "You: Put one aside, please.");
  assert.deepEqual(visitor.errors, []);
});
