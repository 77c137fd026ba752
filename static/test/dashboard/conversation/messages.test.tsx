import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { chooseSandbox } from "../../../src/dashboard/session/sandbox.js";
import { open } from "../fake/open.js";
import { conversation, id, message } from "../fake/rows.js";
import { field, file, files, talk } from "../fake/talk.js";

const picture = { id: "att_1", filename: "crack.png", content_type: "image/png", size: 48_211, width: 400, height: 300, url: "/v2/attachments/att_1" };
const paper = { ...picture, id: "att_2", filename: "invoice.pdf", content_type: "application/pdf", width: null, height: null, url: "/v2/attachments/att_2" };

/** A conversation with these messages, open. */
function show(...messages: Parameters<typeof message>[1][]) {
  return open(`/inbox/${id("conv", 1)}`, (server) => {
    server.conversations = [conversation(1)];
    server.messages = messages.map((change, i) => message(i + 1, change));
  });
}

test("pictures are shown in place and larger, papers by name and size", async () => {
  const app = show({ attachments: [picture, paper] });
  const small = await screen.findByRole("img", { name: "crack.png" });
  expect(small.getAttribute("src")).toBe("/v2/attachments/att_1?disposition=inline");
  expect((await screen.findByRole("link", { name: /invoice\.pdf.*48 kB/ })).getAttribute("href")).toBe("/v2/attachments/att_2");
  await app.user.click(screen.getByRole("button", { name: "Show crack.png larger" }));
  await within(await screen.findByRole("dialog", { name: "crack.png" })).findByRole("link", { name: "Download" });
});

test("a picture is shown from where it was taken in, in the draft and while it waits, and by its name where nothing comes", async () => {
  const app = talk((server) => server.on("POST /v2/attachments", () => file(1, { filename: "crack.png", content_type: "image/png", width: 4, height: 3 })));
  fireEvent.drop(await field(), { dataTransfer: { files: files("crack.png") } });
  const small = (await screen.findByRole("button", { name: "Remove crack.png" })).closest("li")?.querySelector("img");
  expect(small?.getAttribute("src")).toMatch(/^blob:/);
  app.server.offline = true;
  await app.user.type(await field(), "{Enter}");
  await screen.findByText("Waiting for the connection…");
  const waiting = screen.getByRole("img", { name: "crack.png" });
  expect(waiting.getAttribute("src")).toBe(small?.getAttribute("src"));
  fireEvent.error(waiting);
  await screen.findByRole("link", { name: /crack\.png/ });
  expect(screen.queryByRole("img", { name: "crack.png" })).toBeNull();
});

test("what waits stands apart from what the customer said, and goes on where one's own ended", async () => {
  const app = talk();
  await screen.findByText("Message 1");
  const reply = await field();
  app.server.offline = true;
  await app.user.type(reply, "One{Enter}");
  await app.user.type(await field(), "Two{Enter}");
  await waitFor(() => expect(screen.getAllByText("Waiting for the connection…").length).toBeGreaterThan(0));
  const first = (text: string) => screen.getByText(text).closest("[data-side]")?.hasAttribute("data-first");
  expect([first("Message 1"), first("One"), first("Two")]).toEqual([true, true, false]);
});

test("a picture that could carry a script is a paper", async () => {
  show({ attachments: [{ ...picture, content_type: "image/svg+xml", filename: "x.svg" }] });
  await screen.findByRole("link", { name: /x\.svg/ });
  expect(screen.queryByRole("img", { name: "x.svg" })).toBeNull();
});

test("what was not delivered says so and why", async () => {
  show({ sent_by: "user", sender: { id: "usr_1", name: "Sarah" }, status: "failed", failure_reason: "No such number" });
  expect((await screen.findByText(/Not delivered/)).textContent).toContain("No such number");
});

test("text of people is text: no tag, no script address becomes more", async () => {
  show({ content: '<img src=x onerror=alert(1)> javascript:alert(1) [x](javascript:alert(1)) https://example.com/a?b=1.' });
  const log = await screen.findByRole("log");
  const link = await within(log).findByRole("link");
  expect(link.getAttribute("href")).toBe("https://example.com/a?b=1");
  expect(link.getAttribute("rel")).toContain("noopener");
  expect(within(log).getAllByRole("link")).toHaveLength(1);
  expect(log.querySelector("img")).toBeNull();
  expect(log.textContent).toContain("<img src=x onerror=alert(1)>");
});

test("marks of Markdown are drawn: bold, code, links, lists, quotes", async () => {
  show({ content: "**b** *i* `c` ~~s~~ [shop](https://example.com)\n- one\n- two\n> said" });
  const log = await screen.findByRole("log");
  await within(log).findByText("one");
  expect(["strong", "em", "code", "s", "ul > li", "blockquote"].map((tag) => log.querySelector(tag)?.textContent)).toEqual(["b", "i", "c", "s", "one", "said"]);
  expect(within(log).getByRole("link", { name: "shop example.com" }).getAttribute("href")).toBe("https://example.com");
});

test("what is bold and italic is both, as the composer's keys and assistants write it", async () => {
  show({ content: "a ***very loud*** word" });
  expect((await screen.findByText("very loud")).outerHTML).toBe("<em>very loud</em>");
  expect(screen.getByText("very loud").parentElement?.outerHTML).toBe("<strong><em>very loud</em></strong>");
});

test("in test mode pictures are fetched with the word that it is the sandbox", async () => {
  const app = show({ attachments: [picture] });
  await screen.findByRole("img", { name: "crack.png" });
  app.server.on("GET /v2/attachments/:id", () => new Response("png"));
  await app.user.click(screen.getByRole("button", { name: /Your account/ }));
  await app.user.click(await screen.findByRole("menuitemcheckbox", { name: "Test mode" }));
  await screen.findByRole("img", { name: "crack.png" });
  chooseSandbox(false);
});

test("an unknown conversation says that it is not there", async () => {
  open(`/inbox/${id("conv", 9)}`);
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain("It is not there, or no longer.");
  expect(within(alert).queryByRole("button")).toBeNull();
  expect(within(alert).getByRole("link", { name: "To the inbox" }).getAttribute("href")).toBe("/app/inbox");
});

test.each([
  ["The channel email is not configured", "The channel E-mail is not connected."],
  ["The channel Support line is switched off", "The channel Support line is switched off."],
  ["550 5.1.1 No such user", "550 5.1.1 No such user"],
  ["The channel pigeon is not configured", "The channel pigeon is not configured"],
])("a failure that is told as “%s” reads “%s”", async (failure_reason, words) => {
  show({ sent_by: "user", status: "failed", failure_reason });
  expect((await screen.findByText(/Not delivered/)).textContent).toContain(`Not delivered. ${words}`);
});
