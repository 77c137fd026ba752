import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, until } from "./program.mjs";
import { openBrowser, visit } from "./visitor.mjs";

const article = { title: "Delivery", content: "# Delivery\n\nStandard delivery takes three working days. Express delivery takes one." };
const question = "How long does standard delivery take?";

let browser;
before(async () => (browser = await openBrowser()));
after(() => browser.close());

/** The team by its API key, with an assistant set on the site that visitors meet. */
async function team({ address, credentials }) {
  const call = async (method, path, body) => {
    const headers = { "X-API-Key": credentials.live_key, "Content-Type": "application/json" };
    const response = await fetch(address + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  await call("POST", "/v2/knowledge", article);
  const made = await call("POST", "/api/assistants", { name: "Robin", systemPrompt: "You help.", knowledge: true, handoff: true });
  const { data: sites } = await call("GET", "/v2/sites");
  await call("PATCH", `/v2/sites/${sites[0].id}`, { assistant: asTypeID(made.id) });
  return { call, talk: async () => (await call("GET", "/v2/conversations?status=open")).data[0] };
}

/** An assistant's id as the Agent surface spells it. */
const asTypeID = (id) => id.replace("assistant-", "asst_");

async function setup(t, extra) {
  const program = await launch(extra);
  t.after(program.remove);
  const agent = await team(program);
  const visitor = await visit(browser, program.address);
  t.after(visitor.leave);
  return { agent, visitor };
}

const ask = async (visitor) => {
  await visitor.open();
  // With articles to read the chat opens on its start page.
  await visitor.chat.getByRole("button", { name: "Send us a message" }).click();
  await visitor.begin({ name: "Jane Doe", email: "jane@example.com", message: question });
};

test("without a model the built-in engine answers from the article, and says when it does not know", async (t) => {
  const { agent, visitor } = await setup(t);
  await ask(visitor);
  await visitor.chat.locator(".sources").getByRole("button", { name: "Delivery" }).waitFor();
  assert.match((await visitor.bubbles())[1], /three working days/);
  await visitor.write("Which wines go with trout?");
  await until("the hand-off", async () => (await agent.talk()).handoff_reason === "no_answer");
  await until("the visitor is told", async () => (await visitor.bubbles()).length >= 4);
});
