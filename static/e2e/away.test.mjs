// What happens to words and traces of a visitor who goes on to another page of the shop.
import assert from "node:assert/strict";
import { test } from "node:test";
import { agentOf } from "./agent.mjs";
import { browser, jane, patient, program, talking } from "./guests.mjs";
import { until } from "./program.mjs";
import { visit } from "./visitor.mjs";

const keysOf = (page) => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("parley:")));
/** What the frame has told the page it stands on of what it keeps: "1" of something to deliver, "0" of something to forget. */
const markOf = (page) => page.evaluate(() => Object.entries(localStorage).find(([key]) => key.endsWith(":back"))?.[1]);
const beginning = (url) => url.pathname.endsWith("/chat/conversations");

/** A visitor on the demo page, which is of the program's own origin: its storage shows what page and frame keep. */
async function arrive(t) {
  const visitor = await visit(browser, program.address);
  t.after(visitor.leave);
  return visitor;
}

/** Another page of the shop. */
const goOn = (visitor) => visitor.page.goto(`${program.address}/demo?page=2`);

test("a first message whose page is left before it arrives is delivered from the next page, the chat untouched", async (t) => {
  const visitor = await arrive(t);
  const context = visitor.page.context();
  let asked = 0;
  // The line is slow: nothing arrives while the first page is there.
  await context.route(beginning, (route) => (asked++ === 0 ? undefined : route.continue()));
  const details = jane();
  await visitor.open();
  // It would wait for the message to arrive, which it does not from here.
  void visitor.begin(details).catch(() => {});
  await until("the beginning is on its way", () => asked > 0);
  // A moment after the line: on a slow machine the page may be left within it.
  await until("the page knows of it", async () => (await markOf(visitor.page)) === "1");
  await goOn(visitor);
  await until("the message is at the server", async () => (await agentOf(program).stored()).includes(details.message));
  assert.equal(await visitor.page.locator("parley-chat button").getAttribute("aria-expanded"), "false");
});

test("what was typed into the form brings no frame to the next page, and a logout there forgets it", async (t) => {
  const visitor = await arrive(t);
  await visitor.open();
  await visitor.chat.getByLabel("Message", { exact: true }).fill("A secret");
  await until("the page knows", async () => (await markOf(visitor.page)) === "0");
  await visitor.page.clock.install();
  // Where the pointer rests on the launcher, the next page may take it for a wish.
  await visitor.page.mouse.move(1, 1);
  await goOn(visitor);
  await visitor.page.clock.fastForward(5_000);
  assert.equal(await visitor.page.locator("iframe").count(), 0);
  await visitor.page.evaluate(() => window.Parley("logout"));
  await until("nothing is kept", async () => (await keysOf(visitor.page)).length === 0);
  await visitor.open();
  await visitor.chat.getByLabel("Message", { exact: true }).waitFor();
  assert.equal(await visitor.chat.getByLabel("Message", { exact: true }).inputValue(), "");
});

test("shutdown leaves no file in the browser's database", async (t) => {
  const { visitor } = await talking(t, { prepare: patient });
  const posts = (url) => url.pathname.endsWith("/messages");
  await visitor.page.context().route(posts, (route) => (route.request().method() === "POST" ? route.abort() : route.continue()));
  const files = [{ name: "bowl.png", mimeType: "image/png", buffer: Buffer.from("pixels") }];
  await visitor.chat.locator("input[type=file]").setInputFiles(files);
  await visitor.write("From the tunnel");
  const bases = () => visitor.page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name).filter((name) => name.startsWith("parley:")));
  await until("the picture is kept", async () => (await bases()).length === 1);
  await visitor.page.evaluate(() => window.Parley("shutdown"));
  await until("the widget is gone", async () => (await visitor.page.locator("parley-chat").count()) === 0);
  assert.deepEqual([await bases(), await keysOf(visitor.page)], [[], []]);
});

test("a logout in one tab empties the other, and what that one was about to note is not put back", async (t) => {
  const { visitor, first, agent } = await talking(t);
  const other = await visit(browser, program.address, { beside: visitor.page });
  await other.open();
  await other.sees([first]);
  await agent.say("Just read");
  await other.page.clock.install();
  await other.sees([first, "Just read"]);
  await visitor.page.evaluate(() => window.Parley("logout"));
  const name = other.chat.getByLabel("Name", { exact: true });
  await name.waitFor();
  assert.equal(await name.inputValue(), "");
  await until("nothing is kept", async () => (await keysOf(other.page)).length === 0);
  // Longer than anything is held back.
  await other.page.clock.fastForward(5_000);
  assert.deepEqual(await keysOf(other.page), []);
});
