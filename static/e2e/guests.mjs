// Visitors of one program, each with a conversation of their own: what tests of one file share.
import { after, before } from "node:test";
import { agentOf } from "./agent.mjs";
import { launch } from "./program.mjs";
import { openBrowser, visit } from "./visitor.mjs";

export let browser;
export let program;
before(async () => {
  [browser, program] = await Promise.all([openBrowser(), launch({ RATE_LIMITS: "off" })]);
});
after(async () => {
  await browser.close();
  await program.remove();
});

let visitors = 0;
/** Another visitor, with a question of their own. */
export const jane = () => ({ name: "Jane Doe", email: `jane${++visitors}@example.com`, message: `Question ${visitors}` });
/** The line that a customer puts on their page. */
export const tag = (more = "") => `<script ${more} src="${program.address}/widget.js" data-site-key="${program.credentials.site_key}" async></script>`;

/**
 * Prepares a profile in which nothing is given up for hung that is only slow: what waits three seconds for
 * another tab, for the page around or for the browser's database has more of them.
 */
export const patient = (context) =>
  context.addInitScript(() => {
    const { setTimeout } = window;
    window.setTimeout = (act, ms, ...more) => setTimeout(act, ms === 3_000 ? 20_000 : ms, ...more);
  });

/** A visitor, on a customer's page if `at` says so, who has begun a conversation. */
export async function talking(t, options = {}) {
  const visitor = await visit(browser, program.address, options);
  t.after(visitor.leave);
  const details = jane();
  await visitor.open();
  await visitor.begin(details);
  await visitor.sees([details.message]);
  return { visitor, first: details.message, agent: agentOf(program) };
}
