import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import axe from "axe-core";
import { agentOf } from "./agent.mjs";
import { launch } from "./program.mjs";
import { openBrowser, visit } from "./visitor.mjs";

const folder = process.env.SCREENSHOTS;

const talks = {
  en: {
    name: "Jane Doe",
    lines: ["Hi! Is the breakfast bowl in rust still in stock?", "It is: six left from this firing.", "Wonderful. Two of them, and could you wrap one as a gift?", "With pleasure. We use **wool felt** and a linen band; it costs nothing extra. Just write “gift” into the note when you order."],
    more: "Perfect, thank you!",
  },
  ar: {
    name: "ليلى حداد",
    lines: ["مرحبًا! هل ما زال وعاء الفطور الصدئي متوفرًا؟", "نعم، بقيت ست قطع من هذه الدفعة.", "رائع. أريد قطعتين، وهل يمكن تغليف واحدة كهدية؟", "بكل سرور. نستخدم **اللباد الصوفي** وشريطًا من الكتان دون أي تكلفة إضافية."],
    more: "ممتاز، شكرًا لكم!",
  },
};

const screens = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
};

let browser;
let program;
before(async () => {
  browser = await openBrowser();
  program = await launch({ RATE_LIMITS: "off" });
});
after(async () => {
  await browser.close();
  await program.remove();
});

for (const language of ["en", "ar"]) {
  for (const colorScheme of ["light", "dark"]) {
    for (const screen of ["desktop", "phone"]) {
      test(`${language}, ${colorScheme}, ${screen}: page, form and conversation are free of barriers`, async (t) => {
        const name = `${screen}-${colorScheme}-${language}`;
        const options = { language, colorScheme, reducedMotion: "reduce", ...screens[screen] };
        const visitor = await visit(browser, program.address, options);
        t.after(visitor.leave);
        await look(visitor, `${name}-1-closed`);
        await visitor.open();
        await visitor.chat.locator("form").waitFor();
        await look(visitor, `${name}-2-open`);
        await talk(visitor, talks[language]);
        await look(visitor, `${name}-3-conversation`);
        assert.deepEqual(visitor.errors, []);
      });
    }
  }
}

async function talk(visitor, { name, lines, more }) {
  const agent = agentOf(program);
  await visitor.begin({ name, email: `visitor-${Date.now()}@example.com`, message: lines[0] });
  await visitor.sees(lines.slice(0, 1));
  await agent.say(lines[1]);
  await visitor.sees(lines.slice(0, 2));
  await visitor.write(lines[2]);
  await visitor.sees(lines.slice(0, 3));
  await agent.say(lines[3]);
  await visitor.chat.locator(".bubble strong").waitFor();
  await visitor.write(more);
  await visitor.chat.locator(".foot").filter({ hasText: /Sent|أُرسلت/ }).waitFor();
}

/** Looks at the page and the frame with axe, and takes a picture if somebody wants pictures. */
async function look(visitor, name) {
  for (const frame of visitor.page.frames()) {
    await frame.evaluate(axe.source);
    const { violations } = await frame.evaluate(() => window.axe.run(document, { iframes: false }));
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, any }) => `${html} ${any[0]?.message ?? ""}`).join("\n")}`);
    assert.deepEqual(found, [], `${name} ${frame.url()}`);
  }
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await visitor.page.screenshot({ path: join(folder, `${name}.png`) });
}
