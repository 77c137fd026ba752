import assert from "node:assert/strict";
import { test } from "node:test";
import { agentOf } from "./agent.mjs";
import { browser, program } from "./guests.mjs";
import { until } from "./program.mjs";
import { visit } from "./visitor.mjs";
import { wordsOf } from "./words.mjs";

const jane = { name: "Jane Doe", email: "jane@example.com", message: "Is the breakfast bowl back?" };
const hello = [jane.message, "It is, since this morning."];

/** A new visitor on the demo page, and an agent. */
async function setup(t, options) {
  const visitor = await visit(browser, program.address, options);
  t.after(visitor.leave);
  return { visitor, agent: agentOf(program) };
}

/** Goes as far as a first question and its answer. */
async function greet({ visitor, agent }) {
  await visitor.open();
  await visitor.begin(jane);
  await visitor.sees([hello[0]]);
  await agent.say(hello[1]);
  await visitor.sees(hello);
}

test("before the visitor acts there is a launcher and nothing else", async (t) => {
  const asked = [];
  const visitor = await visit(browser, program.address, {
    prepare: (context) => context.on("request", (request) => asked.push(new URL(request.url()).pathname)),
  });
  t.after(visitor.leave);
  await visitor.page.getByRole("button", { name: "Chat", exact: true }).waitFor();
  assert.equal(await visitor.page.locator("iframe").count(), 0);
  assert.deepEqual(asked.filter((path) => path.startsWith("/api") || path === "/widget"), []);
  assert.deepEqual(await visitor.page.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length]), ["", 0, 0]);
});

test("who opens the chat and types in its form has told the server nothing", async (t) => {
  const asked = new Set();
  const visitor = await visit(browser, program.address, {
    prepare: (context) => context.on("request", (request) => asked.add(`${request.method()} ${new URL(request.url()).pathname}`)),
  });
  t.after(visitor.leave);
  const opened = [];
  visitor.page.on("websocket", (socket) => opened.push(socket.url()));
  await visitor.page.locator("parley-chat button").hover();
  await until("the frame is there", () => visitor.frame());
  await visitor.open();
  for (const [label, text] of [["Name", jane.name], ["E-mail", jane.email], ["Message", jane.message]]) {
    await visitor.chat.getByLabel(label, { exact: true }).pressSequentially(text);
  }
  await visitor.page.reload();
  await visitor.open();
  await until("what was typed is there again", async () => (await visitor.chat.getByLabel("Message", { exact: true }).inputValue()) === jane.message);
  // That these leave no row is shown beside the program: TestWhoOnlyLooksLeavesNoRow.
  assert.deepEqual([...asked].filter((line) => !line.startsWith("GET ") || line.includes("/api/")), ["GET /api/v1/chat/config"]);
  assert.deepEqual(opened, []);
});

test("a whole conversation in Arabic on a phone in the dark: form, answer, file, rating", async (t) => {
  const say = wordsOf("ar");
  const options = { language: "ar", viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, colorScheme: "dark" };
  const { visitor, agent } = await setup(t, options);
  const { chat } = visitor;
  const question = "هل عاد وعاء الفطور 4831 إلى المتجر؟";
  await visitor.page.locator("parley-chat button").tap();
  await visitor.begin({ name: "ليلى حدّاد", email: "layla@example.com", message: question });
  await visitor.sees([question]);
  assert.deepEqual(await chat.locator("html").evaluate(({ lang, dir }) => [lang, dir]), ["ar", "rtl"]);
  const { id, contact, locale } = await agent.conversation();
  assert.deepEqual([contact.full_name, locale], ["ليلى حدّاد", "ar"]);
  await agent.say("نعم، منذ هذا **الصباح**.");
  await visitor.sees([question, "نعم، منذ هذا الصباح."]);

  const buffer = await visitor.page.screenshot({ clip: { x: 0, y: 0, width: 120, height: 80 } });
  await chat.locator("input[type=file]").setInputFiles([{ name: "وعاء.png", mimeType: "image/png", buffer }]);
  await chat.getByRole("textbox", { name: say.message }).fill("مثل هذا");
  await chat.getByRole("button", { name: say.send, exact: true }).tap();
  const files = async () => (await agent.call(`/conversation/${id}/messages?limit=100`)).data.flatMap(({ attachments }) => attachments ?? []);
  await until("the agent has the file", async () => (await files()).length === 1);
  await chat.getByRole("button", { name: say.enlarge.replace("{name}", "وعاء.png") }).waitFor();
  // One's own words stand at the left here, the team's at the right.
  const [own, team] = await Promise.all([".own .bubble", ".team .bubble"].map((at) => chat.locator(at).last().boundingBox()));
  assert.ok(own.x < 30 && team.x + team.width > 330, JSON.stringify([own, team]));

  await agent.call(`/conversation/${id}/resolve`, { resolution_reason: "issue_resolved", send_satisfaction_survey: true });
  await chat.getByText(say.rate).waitFor();
  await chat.locator(".rating label").nth(4).tap();
  await chat.getByRole("textbox", { name: say.comment }).fill("سريع ولطيف");
  await chat.getByRole("button", { name: say.rateSend }).tap();
  await chat.getByText(say.rateThanks).waitFor();
  assert.equal((await agent.call(`/conversation/${id}`)).rating, 5);
  assert.deepEqual(visitor.errors, []);
});

test("an answer to a closed panel lights the launcher, Escape closes, focus returns", async (t) => {
  const bundle = await setup(t);
  await greet(bundle);
  const { visitor, agent } = bundle;
  await visitor.page.keyboard.press("Escape");
  const launcher = visitor.page.getByRole("button", { name: "Open chat", exact: true });
  await launcher.waitFor();
  assert.equal(await visitor.page.evaluate(() => document.activeElement?.localName), "parley-chat");
  await agent.say("Shall I put one aside?");
  await visitor.page.getByRole("button", { name: "Open chat, 1 unread" }).click();
  await visitor.sees([...hello, "Shall I put one aside?"]);
});

test("a reload of the page finds the conversation again", async (t) => {
  const bundle = await setup(t);
  await greet(bundle);
  const { visitor } = bundle;
  await visitor.page.reload();
  await visitor.open();
  await visitor.sees(hello);
});

test("a picture goes out and comes back from the server as a picture", async (t) => {
  const bundle = await setup(t);
  await greet(bundle);
  const { visitor } = bundle;
  const buffer = await visitor.page.screenshot({ clip: { x: 0, y: 0, width: 120, height: 80 } });
  await visitor.chat.locator("input[type=file]").setInputFiles([{ name: "bowl.png", mimeType: "image/png", buffer }]);
  await visitor.write("Like this one");
  await visitor.chat.getByRole("button", { name: "Show bowl.png larger" }).click();
  const widths = await visitor.chat.locator("dialog img").evaluate(async (image) => {
    await image.decode();
    return image.naturalWidth;
  });
  assert.equal(widths, 120);
  await visitor.chat.getByRole("button", { name: "Close image" }).click();
  await visitor.sees([...hello, "Like this one"]);
  assert.deepEqual(visitor.errors, []);
});

/** Pulls the plug in the middle of a conversation and puts it back; the page has to heal by itself. */
async function pullThePlug(bundle) {
  const { visitor, agent } = bundle;
  await greet(bundle);
  await visitor.frame().evaluate(() => Object.assign(window, { neverReloaded: true }));

  await program.kill();
  await visitor.write("Are you still there?");
  await visitor.write("I can wait.");
  await visitor.sees([...hello, "Are you still there?", "I can wait."]);
  await program.start();
  const before = [...hello, "Are you still there?", "I can wait."];
  await visitor.sees(before);
  await agentHears(agent, before);
  await agent.say("Here I am again.");
  await visitor.sees([...before, "Here I am again."]);
  await visitor.write("Good.");
  await agentHears(agent, [...before, "Here I am again.", "Good."]);
  await visitor.sees([...before, "Here I am again.", "Good."]);
  assert.equal(await visitor.frame().evaluate(() => window.neverReloaded), true);
  assert.deepEqual(visitor.errors, []);
}

async function agentHears(agent, texts) {
  await until("the agent hears it all", async () => (await agent.stored()).length >= texts.length);
  assert.deepEqual(await agent.stored(), texts);
}

test("the server is killed and started again: the page recovers, nothing missing, nothing twice", async (t) => {
  await pullThePlug(await setup(t));
});

test("the same in a browser without sockets, by asking", async (t) => {
  const prepare = (context) => context.addInitScript(() => Reflect.deleteProperty(window, "WebSocket"));
  await pullThePlug(await setup(t, { prepare }));
});

test("the same behind a proxy that breaks every socket, by asking", async (t) => {
  const prepare = (context) => context.routeWebSocket(/.*/, (socket) => socket.close());
  await pullThePlug(await setup(t, { prepare }));
});
