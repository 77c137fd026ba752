// One day of an account from the first visitor to the reports: two agents and two visitors in four browsers,
// each of whom acts and sees by the screen alone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { barriers, equip, gather } from "./cast.mjs";
import { modelServer } from "./model.mjs";
import { launch, until } from "./program.mjs";
import { openBrowser } from "./visitor.mjs";

const question = "How long does standard delivery take?";
const answer = "Standard delivery takes three working days.";
const secret = "She has waited twice before, be generous.";

let browser;
let model;
let program;
let call;
let people;
let sarah, mara, jane, omar;
before(async () => {
  [browser, model] = await Promise.all([openBrowser(), modelServer(["Standard delivery ", "takes three ", "working days [1]."])]);
  program = await launch({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: "key", OUTBOUND_ALLOW: "127.0.0.0/8" });
  call = await equip(program);
  people = await gather(browser, program);
  [sarah, mara] = people.agents;
  [jane, omar] = people.visitors;
});
after(async () => {
  await people?.leave();
  await browser.close();
  model.close();
  await program.remove();
});

/** What is stored in somebody's conversation, oldest first. */
async function stored(name) {
  const { data } = await call("GET", "/conversations?status=all&limit=100");
  const { id } = data.find(({ contact }) => contact.full_name === name);
  return (await call("GET", `/conversation/${id}/messages?limit=100`)).data;
}

const texts = (messages) => messages.map(({ content }) => content);

/** Everybody who has a conversation open has it as it is stored: each message once, in the one order. */
async function agree(name, count, visitor, desks) {
  const messages = await until(`${count} messages of ${name}`, async () => {
    const found = await stored(name);
    return found.length >= count && found;
  });
  assert.equal(messages.length, count, JSON.stringify(texts(messages)));
  await visitor.sees(texts(messages.filter(({ internal }) => !internal)));
  for (const desk of desks) await desk.sees(texts(messages));
}

async function free() {
  for (const { page } of [...people.agents, ...people.visitors]) assert.deepEqual(await barriers(page), [], page.url());
}

/** Closes the open conversation by the keyboard. */
async function close({ page }, reason) {
  await page.keyboard.press("e");
  const dialog = page.getByRole("dialog", { name: "Resolve the conversation" });
  await dialog.getByRole("radio", { name: reason }).check();
  assert.equal(await dialog.getByRole("checkbox", { name: "Ask the customer how it was" }).isChecked(), true);
  await dialog.getByRole("button", { name: "Resolve" }).click();
  await page.getByText(`This conversation is closed · ${reason}`).waitFor();
  await dialog.waitFor({ state: "detached" });
}

/** Writes on, letter by letter, until others have seen it: the sign of it passes with the writing. */
async function writesUntil(field, ...signs) {
  let seen = false;
  const all = Promise.all(signs.map((sign) => sign.waitFor())).finally(() => (seen = true));
  while (!seen) await field.pressSequentially("hm ", { delay: 100 });
  await all;
}

let lost = false;
/** A part of the day. What follows one that failed cannot be lived. */
const part = (name, act) =>
  test(name, async () => {
    assert.equal(lost, false, "an earlier part has failed");
    lost = true;
    await act();
    lost = false;
  });

part("the assistant answers a visitor word by word, with its source, and both agents see it come", async () => {
  await jane.open();
  // With articles to read the chat opens on its start page.
  await jane.chat.getByRole("button", { name: "Send us a message" }).click();
  await jane.begin({ name: "Jane Doe", email: "jane@example.com", message: question });
  await jane.chat.getByRole("button", { name: "Talk to a person" }).waitFor();
  await Promise.all(people.agents.map((agent) => agent.row("Jane Doe").waitFor()));
  await sarah.page.keyboard.press("j");
  await sarah.page.getByText("The assistant answers here").waitFor();
  model.next(0);
  await jane.chat.locator(".streams .bubble", { hasText: "Standard delivery" }).waitFor();
  model.next(1);
  await jane.chat.locator(".streams .bubble", { hasText: "Standard delivery takes three" }).waitFor();
  await sarah.page.getByRole("log").getByText("Standard delivery takes three").waitFor();
  assert.deepEqual(texts(await stored("Jane Doe")), [question], "nothing is stored before the answer is whole");
  model.next(2);
  await agree("Jane Doe", 2, jane, [sarah]);
  assert.deepEqual(await jane.bubbles(), [question, answer]);
  await jane.chat.locator(".sources").getByRole("button", { name: "Delivery" }).click();
  await jane.chat.getByText("Express delivery takes one.").waitFor();
  await jane.chat.getByRole("button", { name: "Back" }).click();
});

part("asked for a person it hands over, an agent is told why, takes the conversation and answers", async () => {
  await jane.chat.getByRole("button", { name: "Talk to a person" }).click();
  await jane.chat.getByText("A person will answer you here.").waitFor();
  await sarah.page.getByText("The customer asked for a person").waitFor();
  await sarah.page.keyboard.press("i");
  await mara.page.locator("[data-conversation]").getByTitle("Assigned to Sarah Johnson").waitFor();
  await sarah.page.keyboard.press("r");
  await sarah.says("Jane Doe", "Hello Jane, this is Sarah.");
  await agree("Jane Doe", 4, jane, [sarah]);
});

part("they talk, and each sees that the other is writing", async () => {
  const box = jane.chat.getByRole("textbox", { name: "Message" });
  await writesUntil(box, sarah.page.getByRole("log").getByText("Jane Doe is writing…"), mara.page.locator("[data-conversation]").getByText("Jane Doe is writing…"));
  await jane.write("Thank you, Sarah. Can I have it tomorrow?");
  await sarah.page.getByRole("log").getByText("Can I have it tomorrow?").waitFor();
  await writesUntil(sarah.field("Reply to Jane Doe"), jane.chat.locator(".typing"));
  await sarah.says("Jane Doe", "You can, with express delivery.");
  await agree("Jane Doe", 6, jane, [sarah]);
  await jane.chat.locator(".typing").waitFor({ state: "detached" });
  assert.equal(model.asked.length, 1, "the assistant is silent");
});

part("two agents in one conversation are told of each other", async () => {
  await mara.opens("Jane Doe");
  await sarah.page.getByText("Mara Lind is looking, too").waitFor();
  await mara.page.getByText("Sarah Johnson is looking, too").waitFor();
  await writesUntil(mara.field("Reply to Jane Doe"), sarah.page.getByText("Mara Lind is writing a reply"));
  await writesUntil(sarah.field("Reply to Jane Doe"), mara.page.getByText("Sarah Johnson is writing a reply"));
  await free();
  for (const agent of people.agents) await agent.field("Reply to Jane Doe").fill("");
});

part("a note names the colleague, who finds it among her mentions", async () => {
  await sarah.page.keyboard.press("Escape");
  await sarah.page.keyboard.press("n");
  const note = sarah.field("Note for the team");
  await note.pressSequentially("@Mar");
  await sarah.page.getByRole("option", { name: "Mara Lind" }).waitFor();
  await note.press("Enter");
  await note.pressSequentially(`please look after her. ${secret}`);
  await note.press("Enter");
  await mara.views("Mentions");
  await mara.page.getByRole("heading", { name: /Mentions/ }).waitFor();
  await sarah.page.getByText(/Mara Lind is/).waitFor({ state: "detached" });
  await mara.opens("Jane Doe");
  await agree("Jane Doe", 7, jane, people.agents);
});

part("the conversation goes from one agent to the other", async () => {
  await sarah.page.keyboard.press("Escape");
  await sarah.page.keyboard.press("a");
  await sarah.page.getByRole("menuitem", { name: "Mara Lind" }).click();
  await mara.views("Mine");
  await mara.page.getByRole("heading", { name: /Mine/ }).waitFor();
  await mara.opens("Jane Doe");
  await sarah.views("Mine");
  await sarah.page.getByText("Nothing on your desk").waitFor();
  await sarah.views("All open");
});

part("a second visitor is answered by the assistant, and an agent takes over", async () => {
  await omar.open();
  await omar.chat.getByRole("button", { name: "Send us a message" }).click();
  await omar.begin({ name: "Omar Said", email: "omar@example.com", message: "Does standard delivery reach Norway?" });
  await omar.sees(["Does standard delivery reach Norway?", answer]);
  await sarah.opens("Omar Said");
  await sarah.page.getByRole("button", { name: "Take over" }).click();
  await sarah.page.getByText("Taken over from the assistant").waitFor();
  await omar.chat.getByRole("button", { name: "Talk to a person" }).waitFor({ state: "detached" });
});

part("the network of an agent and of a visitor goes: all write meanwhile, and nothing is lost, twice or typed again", async () => {
  const cut = [mara.context, jane.page.context()];
  for (const { page } of [mara, jane]) await page.evaluate(() => Object.assign(window, { neverReloaded: true }));
  await Promise.all(cut.map((context) => context.setOffline(true)));
  await mara.page.getByText(/You are offline/).waitFor();
  await mara.says("Jane Doe", "I have it in my hands.");
  await mara.page.getByText("Waiting for the connection…").waitFor();
  await mara.says("Jane Doe", "It goes out today.");
  await jane.write("Are you there?");
  await jane.write("I can wait.");
  await jane.chat.getByText("Sending…").last().waitFor();
  await sarah.opens("Jane Doe");
  await sarah.says("Jane Doe", "Mara is at the parcels.");
  await sarah.page.getByText("Sending…").waitFor({ state: "detached" });
  await omar.write("I live in Bergen.");
  await Promise.all(cut.map((context) => context.setOffline(false)));
  await agree("Jane Doe", 12, jane, people.agents);
  await mara.page.getByText("Waiting for the connection…").waitFor({ state: "detached" });
  assert.equal(await mara.field("Reply to Jane Doe").inputValue(), "");
  for (const { page } of [mara, jane]) assert.equal(await page.evaluate(() => window.neverReloaded), true);
  await mara.views("All open");
  for (const agent of people.agents) await agent.opens("Omar Said");
  await agree("Omar Said", 3, omar, people.agents);
});

part("it is resolved with a reason, and the visitor rates it", async () => {
  await mara.opens("Jane Doe");
  await close(mara, "Solved");
  await sarah.row("Jane Doe").waitFor({ state: "detached" });
  await jane.chat.getByText("How did we do?").waitFor();
  await jane.chat.getByRole("radio", { name: "5 of 5 stars" }).check({ force: true });
  await jane.chat.getByRole("textbox", { name: "Anything to add?" }).fill("So quick!");
  await jane.chat.getByRole("button", { name: "Send rating" }).click();
  await jane.chat.getByText("Thank you for your rating.").waitFor();
  await mara.page.getByText("★★★★★").waitFor();
});

part("she writes again, and the conversation is open on both desks", async () => {
  await jane.write("It is here already!");
  await mara.page.getByText("This conversation is closed").waitFor({ state: "detached" });
  await mara.page.getByRole("log").getByText("It is here already!").waitFor();
  await sarah.row("Jane Doe").waitFor();
  await agree("Jane Doe", 13, jane, [mara]);
});

part("the other conversation is answered with a canned reply, labelled, closed, opened again and closed", async () => {
  const reply = sarah.field("Reply to Omar Said");
  await reply.pressSequentially("/tha");
  await sarah.page.getByRole("option", { name: /thanks/ }).waitFor();
  await reply.press("Enter");
  assert.match(await reply.inputValue(), /^Thank you for writing to us, Omar/);
  await reply.press("Enter");
  await omar.chat.getByText("Thank you for writing to us, Omar").waitFor();
  await sarah.page.keyboard.press("Escape");
  await sarah.page.keyboard.press("l");
  await sarah.page.getByRole("option", { name: "shipping" }).click();
  await mara.page.locator("[data-conversation]", { hasText: "Omar Said" }).getByText("shipping").waitFor();
  await sarah.page.keyboard.press("Escape");
  await sarah.page.getByRole("option", { name: "shipping" }).waitFor({ state: "detached" });
  await close(sarah, "No issue");
  await mara.row("Omar Said").waitFor({ state: "detached" });
  await sarah.page.keyboard.press("e");
  await mara.row("Omar Said").waitFor();
  await sarah.page.getByText("This conversation is closed").waitFor({ state: "detached" });
  await close(sarah, "No issue");
  await mara.row("Omar Said").waitFor({ state: "detached" });
  await omar.chat.getByText("How did we do?").waitFor();
  await free();
});

part("the reports tell of the day, and an agent's rating stands beside her name", async () => {
  await sarah.page.getByRole("link", { name: "Reports" }).click();
  const value = (name) => sarah.page.locator("dl > div", { has: sarah.page.getByText(name, { exact: true }) }).locator("dd").first();
  await value("Opened").waitFor();
  assert.equal(await value("Opened").textContent(), "2");
  assert.equal(await value("Messages").textContent(), "16");
  assert.match(await value("First response").textContent(), /\d/);
  assert.equal(await value("Rating").textContent(), "5 ★");
  // The table comes by a call of its own, after the figures above it.
  const row = sarah.page.getByRole("region", { name: "Who and where" }).getByRole("row", { name: /Mara Lind/ });
  await row.waitFor();
  assert.equal((await row.getByRole("cell").last().textContent()).trim(), "5");
});

part("an agent has no pages of admins", async () => {
  await mara.page.goto(`${program.address}/app/settings`);
  const nav = mara.page.getByRole("navigation", { name: "Settings" });
  await nav.getByRole("link", { name: "Canned replies" }).waitFor();
  assert.deepEqual(await nav.getByRole("link").allTextContents(), ["Profile", "Letters", "Security", "Canned replies", "Labels"]);
  await mara.page.goto(`${program.address}/app/settings/keys`);
  await mara.page.waitForURL("**/app/settings/profile");
  await mara.page.goto(`${program.address}/app/knowledge`);
  await mara.page.getByRole("link", { name: "Delivery" }).click();
  await mara.page.getByText("Express delivery takes one.").waitFor();
  assert.equal(await mara.page.getByRole("textbox").count(), 0);
});

part("no visitor was ever sent a note, and no page complained", async () => {
  for (const { heard, chat, errors } of people.visitors) {
    assert.ok(heard.length > 10, "the answers were listened to");
    assert.equal(heard.some((text) => text.includes(secret)), false);
    assert.equal((await chat.locator("body").innerHTML()).includes(secret), false);
    assert.deepEqual(errors, []);
  }
  for (const { errors } of people.agents) assert.deepEqual(errors, []);
});
