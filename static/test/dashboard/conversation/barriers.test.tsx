import axe from "axe-core";
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { chooseLanguage } from "../../../src/dashboard/i18n/index.js";
import { message, page } from "../fake/rows.js";
import { Refusal } from "../fake/server.js";
import { type Desk, field, file, files, goTo, happens, held, here, lineUp, press, said, talk, there, tom } from "../fake/talk.js";

/** What keeps somebody out, as axe names it; colours and sizes need a browser, and are looked at in one. A field that proposes is a combobox of several lines, for which there is no element. */
async function barriers(): Promise<string[]> {
  const off = Object.fromEntries(["aria-allowed-role", "color-contrast", "target-size"].map((rule) => [rule, { enabled: false }]));
  const { violations } = await axe.run(document.body, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], rules: off });
  return violations.map(({ id: rule, nodes }) => `${rule}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
}
const canned = [{ id: "can_1", shortcut: "thanks", content: "Thank you, {{name}}!", created_at: "", updated_at: "" }, { id: "can_2", shortcut: "there", content: "There you go", created_at: "", updated_at: "" }];

let onEnd: () => Promise<void> | void = () => undefined;
afterEach(async () => {
  await onEnd();
  onEnd = () => undefined;
});

/** States of the desk, and how one gets there. */
const states: [string, (app: Desk) => Promise<unknown>][] = [
  ["files in the draft and on their way, and proposals", async (app) => {
    const late = held();
    onEnd = () => late.give(file(2));
    let n = 0;
    app.server.on("POST /v2/attachments", () => (++n === 1 ? file(1) : late.answer));
    fireEvent.drop(await field(), { dataTransfer: { files: files("a.txt", "b.txt") } });
    await screen.findByRole("button", { name: "Remove file-1.txt" });
    await screen.findByText("Uploading…");
    await app.user.type(await field(), "/th");
    return screen.findByRole("listbox", { name: "Canned replies" });
  }],
  ["a refused note, and ticks", async (app) => {
    app.server.on("POST /v2/conversation/:id/message", () => new Refusal(422, "invalid_input"));
    await app.user.click(await screen.findByRole("checkbox", { name: /Visitor 2/ }));
    await press(app, "n");
    await app.user.type(await field(1, "Note for the team"), "x{Enter}");
    return screen.findByRole("alert");
  }],
  ["resolving", async (app) => (await press(app, "e"), screen.findByRole("dialog", { name: "Resolve the conversation" }))],
  ["the labels", async (app) => (await press(app, "l"), screen.findByRole("combobox", { name: "Find or make a label" }))],
  ["the colleagues", async (app) => (await press(app, "a"), screen.findByRole("menuitem", { name: /Tom Becker/ }))],
  ["the priorities", async (app) => (await press(app, "p"), screen.findByRole("menuitemradio", { name: "Urgent" }))],
  ["the palette", async (app) => (await press(app, "{Control>}k{/Control}"), screen.findByRole("combobox", { name: "Commands" }))],
];

test.each(states)("nobody is kept out of %s", async (_, go) => {
  const app = talk((server) => server.on("GET /v2/canned", () => page(canned)), { labels: ["vip"], priority: "urgent", assigned_to: { id: tom.id, name: tom.name }, unread_count: 2 });
  await field();
  await go(app);
  expect(await barriers()).toEqual([]);
});

/** Presses what has the focus or opens it by keys, closes it with Escape, and says who has the focus then. */
async function focusAfter(app: Desk, keys: string, opened: () => Promise<unknown>): Promise<Element | null> {
  await app.user.keyboard(keys);
  await opened();
  await app.user.keyboard("{Escape}");
  return document.activeElement;
}

test.each([
  ["Assign", () => screen.findByRole("menuitem", { name: /Tom Becker/ })],
  ["Priority: Normal", () => screen.findByRole("menuitemradio", { name: "Urgent" })],
  ["Labels", () => screen.findByRole("combobox", { name: "Find or make a label" })],
  ["Emoji", () => screen.findByRole("button", { name: "👍" })],
  ["Copilot", () => screen.findByRole("menuitem", { name: "Sum up" })],
  ["Resolve", () => screen.findByRole("dialog", { name: "Resolve the conversation" })],
] as const)("who opens “%s” by the keyboard and turns back is where they were", async (name, opened) => {
  const app = talk();
  await field();
  const button = screen.getByRole("button", { name });
  button.focus();
  await focusAfter(app, "{Enter}", opened);
  await waitFor(() => expect(document.activeElement).toBe(button));
});

test("who looks something up while writing is back at their words, where they were", async () => {
  const app = talk();
  const reply = await field();
  await app.user.type(reply, "Half a word");
  reply.setSelectionRange(4, 4);
  await focusAfter(app, "{Control>}k{/Control}", () => screen.findByRole("combobox", { name: "Commands" }));
  await waitFor(() => expect(document.activeElement).toBe(reply));
  expect([reply.value, reply.selectionStart]).toEqual(["Half a word", 4]);
});

test("who has resolved a conversation by the keyboard goes on from it, not from the top of the page", async () => {
  const app = talk();
  await field();
  screen.getByRole("button", { name: "Resolve" }).focus();
  await app.user.keyboard("{Enter}");
  await screen.findByRole("dialog");
  await app.user.keyboard("{Enter}");
  await screen.findByText(/This conversation is closed/);
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  await waitFor(() => expect(screen.getByRole("main").contains(document.activeElement)).toBe(true));
});

test("an emoji is chosen and written on behind, without a hand on the mouse", async () => {
  const app = talk();
  const reply = await field();
  await app.user.type(reply, "Thanks ");
  screen.getByRole("button", { name: "Emoji" }).focus();
  await app.user.keyboard("{Enter}");
  (await screen.findByRole("button", { name: "🙏" })).focus();
  await app.user.keyboard("{Enter}");
  await waitFor(() => expect(document.activeElement).toBe(reply));
  await app.user.keyboard("!");
  expect(reply.value).toBe("Thanks 🙏!");
});

const aloud = () => document.querySelector('main [aria-live="polite"]')?.textContent;

test.each([
  ["a file", said(3, { content: "", attachments: [file(1, { filename: "invoice.pdf" })] }), "message.received", "Visitor 1: invoice.pdf"],
  ["the assistant's answer", said(3, { content: "We are open", sent_by: "assistant" }), "message.sent", "Assistant: We are open"],
  ["a note", said(3, { content: "Careful", sent_by: "user", sender: { id: tom.id, name: tom.name }, internal: true }), "note.created", "Tom Becker, Team only: Careful"],
] as const)("%s that comes is said aloud as what it is", async (_, data, type, words) => {
  const app = talk();
  await screen.findByText("Message 1");
  lineUp(app);
  happens(app, type, data);
  await waitFor(() => expect(aloud()).toBe(words));
});

test("what was said in another conversation is not said again by going there", async () => {
  const app = talk((server) => server.messages.push(message(2, { conversation_id: there, content: "Elsewhere" })));
  await screen.findByText("Message 1");
  lineUp(app);
  happens(app, "message.received", said(3));
  await waitFor(() => expect(aloud()).toBe("Visitor 1: News 3"));
  await goTo(app, there);
  await screen.findByText("Elsewhere");
  expect(aloud()).toBe("");
  await goTo(app, here);
  await screen.findByText("News 3");
  expect(aloud()).toBe("");
});

test("proposals are walked through from the field, around both ends, and the field says which one it is at", async () => {
  const app = talk((server) => server.on("GET /v2/canned", () => page(canned)));
  const reply = await field();
  await app.user.type(reply, "/th");
  const options = await screen.findAllByRole("option");
  const chosen = () => options.findIndex((option) => option.id === reply.getAttribute("aria-activedescendant"));
  expect([options.length, chosen()]).toEqual([2, 0]);
  await app.user.keyboard("{ArrowUp}");
  expect(chosen()).toBe(1);
  await app.user.keyboard("{ArrowDown}");
  expect(chosen()).toBe(0);
  expect(options.map((option) => option.getAttribute("aria-selected"))).toEqual(["true", "false"]);
  await app.user.keyboard("{Escape}");
  expect([reply.getAttribute("aria-expanded"), reply.getAttribute("aria-controls"), document.activeElement === reply]).toEqual(["false", null, true]);
});

test("several colleagues are named as the chosen language joins names", async () => {
  const app = talk();
  await field();
  await act(() => chooseLanguage("de"));
  lineUp(app);
  for (const name of ["Tom", "Ann"]) act(() => app.sockets.last.receive({ type: "presence", conversation_id: here, viewing: true, typing: false, agent: { id: name, name }, expires_in: 60 }));
  const line = await screen.findByText(/Tom und Ann/);
  expect(within(line).queryByText(/and/)).toBeNull();
});
