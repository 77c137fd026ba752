import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, until } from "./program.mjs";
import { modelServer } from "./model.mjs";
import { openBrowser, visit } from "./visitor.mjs";

const article = { title: "Delivery", content: "# Delivery\n\nStandard delivery takes three working days. Express delivery takes one." };
const question = "How long does standard delivery take?";
const answer = "Standard delivery takes three working days.";

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

test("the answer streams in with its source; asked for, a person takes over and the assistant is silent", async (t) => {
  const model = await modelServer(["Standard delivery ", "takes three ", "working days [1]."]);
  t.after(model.close);
  const { agent, visitor } = await setup(t, { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: "key", OUTBOUND_ALLOW: "127.0.0.0/8" });
  await ask(visitor);

  // Pieces reach who listens: the button is there once the socket's welcome is.
  await visitor.chat.getByRole("button", { name: "Talk to a person" }).waitFor();
  model.next(0);
  await visitor.chat.locator(".streams .bubble", { hasText: "Standard delivery" }).waitFor();
  model.next(1);
  await visitor.chat.locator(".streams .bubble", { hasText: "Standard delivery takes three" }).waitFor();
  assert.equal((await agent.talk()).message_count, 1, "nothing is stored before the answer is whole");
  model.next(2);
  await visitor.sees([question, answer]);
  await visitor.chat.locator(".sources").getByRole("button", { name: "Delivery" }).click();
  await visitor.chat.getByText("Express delivery takes one.").waitFor();
  await visitor.chat.getByRole("button", { name: "Back" }).click();

  await visitor.chat.getByRole("button", { name: "Talk to a person" }).click();
  await visitor.chat.getByText("A person will answer you here.").waitFor();
  const talk = await until("the hand-off", async () => {
    const found = await agent.talk();
    return found.handoff_reason === "asked" && !found.assistant_active && found;
  });
  await agent.call("POST", `/v2/conversation/${talk.id}/message`, { content: "Hello Jane, this is Sarah." });
  await visitor.chat.getByText("Hello Jane, this is Sarah.").waitFor();
  await visitor.write("Thank you, Sarah.");
  await until("the message", async () => (await agent.talk()).last_message_preview === "Thank you, Sarah.");
  assert.equal(model.asked.length, 1, "the model is asked for the first question alone");
  assert.deepEqual(visitor.errors, []);
});

test("without a model the built-in engine answers from the article, and says when it does not know", async (t) => {
  const { agent, visitor } = await setup(t);
  await ask(visitor);
  await visitor.chat.locator(".sources").getByRole("button", { name: "Delivery" }).waitFor();
  assert.match((await visitor.bubbles())[1], /three working days/);
  await visitor.write("Which wines go with trout?");
  await until("the hand-off", async () => (await agent.talk()).handoff_reason === "no_answer");
  await until("the visitor is told", async () => (await visitor.bubbles()).length >= 4);
});
