// A user whom the customer's server vouches for, on two devices, and where that user is on the site.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { agentOf } from "./agent.mjs";
import { launch, until } from "./program.mjs";
import { openBrowser, visit } from "./visitor.mjs";

const jane = { name: "Jane Doe", email: "jane@example.com", message: "Is the breakfast bowl back?" };

let browser;
let program;
before(async () => {
  [browser, program] = await Promise.all([openBrowser(), launch()]);
});
after(async () => {
  await browser.close();
  await program.remove();
});

/** The secret with which the customer's server signs. */
async function secretOf({ call }) {
  const { data } = await call("/sites");
  const { identity_secret } = await call(`/sites/${data[0].id}/rotate-identity-secret`, {});
  return identity_secret;
}

/** A device on which the customer's page says who its user is. */
async function device(t, person) {
  const visitor = await visit(browser, program.address);
  t.after(visitor.leave);
  await visitor.page.evaluate((who) => window.Parley("identify", who), person);
  return visitor;
}

test("who is signed for has the same history on another device, a stranger with the same name has not", async (t) => {
  const agent = agentOf(program);
  const secret = await secretOf(agent);
  const hash = createHmac("sha256", secret).update("user-42").digest("hex");
  const person = { id: "user-42", hash, name: jane.name, email: jane.email };

  const desk = await device(t, person);
  await desk.open();
  await desk.chat.getByLabel("Message", { exact: true }).fill(jane.message);
  await desk.chat.getByRole("button", { name: "Start conversation" }).click();
  await desk.sees([jane.message]);
  await agent.say("It is.");
  await desk.sees([jane.message, "It is."]);
  await until("the team knows who it is", async () => (await agent.conversation()).verified);

  const phone = await device(t, person);
  await phone.open();
  await phone.sees([jane.message, "It is."]);
  await phone.write("On my phone now.");
  await desk.sees([jane.message, "It is.", "On my phone now."]);

  const stranger = await device(t, { ...person, hash: "0".repeat(64) });
  await stranger.open();
  await stranger.chat.getByLabel("Name", { exact: true }).waitFor();
  assert.deepEqual(await stranger.bubbles(), []);
  for (const { errors } of [desk, phone, stranger]) assert.deepEqual(errors, []);

  await desk.page.evaluate(() => {
    document.title = "Bowls";
    history.pushState({}, "", "/demo?bowls");
  });
  const page = await until("the team sees the new page", async () => {
    const { page: shown } = await agent.conversation();
    return shown?.url.endsWith("?bowls") && shown;
  });
  assert.equal(page.title, "Bowls");
});
