// The people of a day: who works at the dashboard, who visits a customer's page, and what each has on the screen.
import axe from "axe-core";
import { customer } from "./customer.mjs";
import { callerOf, hire, sit } from "./desk.mjs";
import { until } from "./program.mjs";
import { settle } from "./sight.mjs";
import { visit } from "./visitor.mjs";

const article = { title: "Delivery", content: "# Delivery\n\nStandard delivery takes three working days. Express delivery takes one." };
const canned = { shortcut: "thanks", content: "Thank you for writing to us, {{name}}!" };

/** An account with an assistant on its site, an article, a canned reply and a label; its first agent has a name. */
export async function equip(program) {
  const call = callerOf(program);
  await call("PATCH", "/me", { name: "Sarah Johnson" });
  await call("POST", "/knowledge", article);
  await call("POST", "/canned", canned);
  await call("POST", "/labels", { name: "shipping", color: "#0ea5e9" });
  const made = await fetch(`${program.address}/api/assistants`, {
    method: "POST",
    headers: { "X-API-Key": program.credentials.live_key, "Content-Type": "application/json" },
    body: JSON.stringify({ name: "Robin", systemPrompt: "You help.", knowledge: true, handoff: true }),
  });
  const { id } = await made.json();
  const [site] = (await call("GET", "/sites")).data;
  // The Agent surface spells the id of an assistant in its own way.
  await call("PATCH", `/sites/${site.id}`, { assistant: id.replace("assistant-", "asst_") });
  return call;
}

/** Two agents and two visitors, each in a browser of their own. */
export async function gather(browser, program) {
  const tag = `<script src="${program.address}/widget.js" data-site-key="${program.credentials.site_key}" async></script>`;
  const shop = await customer(tag);
  const mara = await hire(program, { name: "Mara Lind", email: "mara@example.com" });
  const agents = await Promise.all([sit(browser, program), sit(browser, program, mara)]);
  const visitors = await Promise.all([listened(browser, program, shop), listened(browser, program, shop)]);
  const leave = async () => {
    await Promise.all([...agents, ...visitors].map((person) => person.leave()));
    shop.remove();
  };
  return { agents: agents.map(atDesk), visitors, leave };
}

/** A visitor of whom everything is kept that the server ever answered or sent. */
async function listened(browser, program, shop) {
  const heard = [];
  const prepare = (context) => {
    context.on("response", (response) => {
      if (response.url().includes("/api/v1/chat")) response.text().then((text) => heard.push(text), () => undefined);
    });
    context.on("page", (page) => page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => heard.push(String(payload)))));
  };
  return { ...(await visit(browser, program.address, { at: shop.address, prepare })), heard };
}

/** What an agent does at the dashboard, and sees there. */
function atDesk({ page, context, errors }) {
  const field = (name) => page.getByRole("combobox", { name });
  const said = () => page.locator('[role="log"] [data-side] [dir="auto"]').allTextContents();
  return {
    page,
    context,
    errors,
    row: (name) => page.getByRole("link", { name: new RegExp(name) }),
    /** Opens somebody's conversation out of the list. */
    opens: async (name) => {
      await page.locator("[data-conversation]", { hasText: name }).click();
      await page.getByRole("main", { name: `Conversation with ${name}` }).waitFor();
    },
    /** Goes to one of the views in the navigation. */
    views: (name) => page.getByRole("navigation").getByRole("link", { name: new RegExp(`^${name}`) }).first().click(),
    field,
    says: async (name, text) => {
      await field(`Reply to ${name}`).fill(text);
      await field(`Reply to ${name}`).press("Enter");
    },
    said,
    /** Waits until the messages of the open conversation are exactly these. */
    sees: async (texts) => {
      let seen = [];
      await until(`the agent sees ${JSON.stringify(texts)}`, async () => JSON.stringify((seen = await said())) === JSON.stringify(texts)).catch((error) => {
        throw new Error(`${error.message}, but ${JSON.stringify(seen)}`);
      });
    },
  };
}

const rules = { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], iframes: false, resultTypes: ["violations"] };

/** The barriers on a page and in its frames, as axe names them. */
export async function barriers(page) {
  const found = [];
  for (const frame of page.frames()) {
    if (!(await frame.evaluate(() => "axe" in window))) await frame.evaluate(axe.source);
    await frame.evaluate(settle);
    const { violations } = await frame.evaluate((options) => window.axe.run(document, options), rules);
    found.push(...violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`));
  }
  return found;
}
