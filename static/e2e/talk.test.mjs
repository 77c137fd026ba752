import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { agentOf } from "./agent.mjs";
import { launch, until } from "./program.mjs";
import { openBrowser, visit } from "./visitor.mjs";

const jane = { name: "Jane Doe", email: "jane@example.com", message: "Is the breakfast bowl back?" };
const hello = [jane.message, "It is, since this morning."];

let browser;
let program;
before(async () => {
  [browser, program] = await Promise.all([openBrowser(), launch({ RATE_LIMITS: "off" })]);
});
after(async () => {
  await browser.close();
  await program.remove();
});

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
  await visitor.sees(before, 60_000);
  await agentHears(agent, before);
  await agent.say("Here I am again.");
  await visitor.sees([...before, "Here I am again."], 60_000);
  await visitor.write("Good.");
  await agentHears(agent, [...before, "Here I am again.", "Good."]);
  await visitor.sees([...before, "Here I am again.", "Good."]);
  assert.equal(await visitor.frame().evaluate(() => window.neverReloaded), true);
  assert.deepEqual(visitor.errors, []);
}

async function agentHears(agent, texts) {
  await until("the agent hears it all", async () => (await agent.stored()).length >= texts.length, 60_000);
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
