import { act, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { chooseLanguage } from "../../src/dashboard/i18n/index.js";
import { shownKeys, spell } from "../../src/dashboard/ui/hotkeys.js";
import { hurry } from "./fake/hands.js";
import { open } from "./fake/open.js";
import { conversation, message } from "./fake/rows.js";

const found = { query: "bowl", conversations: { data: [], has_more: false }, contacts: { data: [], has_more: false }, articles: { data: [], has_more: false } };

test("the palette runs commands by their names, by the keyboard alone", async () => {
  const app = open("/inbox");
  await screen.findByText("A quiet moment");
  await app.user.keyboard("{Control>}k{/Control}");
  const field = await screen.findByRole("combobox", { name: "Commands" });
  expect(document.activeElement).toBe(field);
  await app.user.type(field, "go to rep{Enter}");
  await screen.findByRole("heading", { name: "Reports" });
  expect(screen.queryByRole("combobox", { name: "Commands" })).toBeNull();
});

test("the palette finds what is stored, and marks what fits, counted in code points", async () => {
  const app = open("/inbox", (server) => {
    server.conversations = [conversation(1)];
    server.messages = [message(1)];
    server.on("GET /v2/search", () => ({ ...found, messages: { data: [{ message: message(1), contact: conversation(1).contact, highlights: [{ field: "content", snippet: "🥣 my bowl", matches: [{ start: 5, end: 9 }] }] }], has_more: false } }));
  });
  await screen.findByText("Visitor 1");
  await app.user.keyboard("{Control>}k{/Control}");
  await app.user.type(await screen.findByRole("combobox", { name: "Commands" }), "bowl");
  expect((await screen.findByText("bowl", { selector: "mark" })).tagName).toBe("MARK");
  await app.user.keyboard("{Enter}");
  await screen.findByRole("main", { name: "Conversation with Visitor 1" });
});

test("typing in the palette asks for what was typed last, not for every letter", async () => {
  const app = open("/inbox", (server) => server.on("GET /v2/search", () => ({ ...found, messages: { data: [], has_more: false } })));
  await screen.findByText("A quiet moment");
  await app.user.keyboard("{Control>}k{/Control}");
  hurry(await screen.findByRole("combobox", { name: "Commands" }), "breakfast bowl");
  await waitFor(() => expect(app.server.asked("GET /v2/search").map(({ query }) => query.get("q"))).toEqual(["breakfast bowl"]));
  await screen.findByText("Nothing found");
});

test("? shows the keys that work here", async () => {
  const app = open("/inbox");
  await screen.findByText("A quiet moment");
  await app.user.keyboard("?");
  const dialog = await screen.findByRole("dialog", { name: "Keyboard shortcuts" });
  await within(dialog).findByText("Next conversation");
});

test("two keys in turn lead to a place, but not while one writes", async () => {
  const app = open("/inbox");
  await screen.findByText("A quiet moment");
  await app.user.type(screen.getByRole("searchbox"), "gc");
  expect(app.router.state.location.pathname).toBe("/inbox");
  await app.user.keyboard("{Escape}gc");
  await screen.findByRole("heading", { name: "Contacts" });
});

test("the language changes everything at once, and the direction with it", async () => {
  open("/inbox");
  await screen.findByText("A quiet moment");
  await act(() => chooseLanguage("ar"));
  await screen.findByText("لحظة هدوء");
  expect(document.documentElement.dir).toBe("rtl");
});

test("a page that is not there says so", async () => {
  open("/nowhere");
  await screen.findByText("There is no such page");
});

test("keys are spelled as they are registered, and shown as they are pressed", () => {
  expect(spell(new KeyboardEvent("keydown", { key: "K", ctrlKey: true }))).toBe("mod+k");
  expect(spell(new KeyboardEvent("keydown", { key: "?", shiftKey: true }))).toBe("?");
  expect(spell(new KeyboardEvent("keydown", { key: "Delete", shiftKey: true }))).toBe("shift+Delete");
  expect(shownKeys("g i")).toEqual(["G", "I"]);
});
