// A visitor with Chromium on the demo page.
import { chromium } from "playwright-core";
import { minute, until } from "./program.mjs";

const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The words the suite looks for, by language. */
export const words = {
  en: { name: "Name", email: "E-mail", message: "Message", begin: "Start conversation" },
  ar: { name: "الاسم", email: "البريد الإلكتروني", message: "الرسالة", begin: "بدء المحادثة" },
};

/** One browser for a file of tests. */
export async function openBrowser() {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args });
  browser.on("context", (context) => context.setDefaultTimeout(minute));
  return browser;
}

/**
 * Opens the demo page, or the page `at` an address, in a fresh profile or in another tab `beside` a page.
 * `prepare` may change the profile before.
 */
export async function visit(browser, address, { language = "en", prepare = () => {}, at, beside, ...options } = {}) {
  const context = beside?.context() ?? (await browser.newContext({ locale: language, ...options }));
  await prepare(context);
  const page = await context.newPage();
  const sockets = new Set();
  page.on("websocket", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  page.on("framenavigated", (frame) => frame === page.mainFrame() && sockets.clear());
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) errors.push(message.text());
  });
  await page.goto(at ?? `${address}/demo${language === "en" ? "" : `?lang=${language}`}`);
  const chat = page.frameLocator("iframe");
  const say = words[language];

  return {
    page,
    chat,
    errors,
    /** How many sockets this page has open, those of its frames included. */
    sockets: () => sockets.size,
    open: () => page.locator("parley-chat button").click(),
    /** Fills in the form and begins the conversation, which the server has when this ends. */
    begin: async ({ name, email, message }) => {
      await chat.getByLabel(say.name, { exact: true }).fill(name);
      await chat.getByLabel(say.email, { exact: true }).fill(email);
      await chat.getByLabel(say.message, { exact: true }).fill(message);
      await chat.getByRole("button", { name: say.begin }).click();
      await chat.locator(".own .foot time").first().waitFor();
    },
    /** Writes into the composer and presses Enter. */
    write: async (text) => {
      await chat.getByRole("textbox", { name: say.message }).fill(text);
      await chat.getByRole("textbox", { name: say.message }).press("Enter");
    },
    bubbles: () => chat.locator(".bubble").allTextContents(),
    /** Waits until the bubbles are exactly these. */
    sees: async function (texts) {
      let seen = [];
      await until(`the visitor sees ${JSON.stringify(texts)}`, async () => {
        seen = await this.bubbles();
        return JSON.stringify(seen) === JSON.stringify(texts);
      }).catch((error) => {
        throw new Error(`${error.message}, but ${JSON.stringify(seen)}`);
      });
    },
    frame: () => page.frames().find((frame) => frame.url().includes("/widget")),
    leave: () => context.close(),
  };
}
