import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { begun, highlightIn } from "../../../src/dashboard/inbox/excerpts.js";
import { open } from "../fake/open.js";
import { conversation, id, message } from "../fake/rows.js";

const marks = (text: string, words: string) => highlightIn(text, words)?.matches.map(({ start, end }) => [...text].slice(start, end).join(""));

test.each([
  ["The Lamp, my lamp", "lamp", ["Lamp", "lamp"]],
  ["🥣🥣 bowl", "bowl", ["bowl"]],
  ["a.b a+b (x", "a+b", ["a+b"]],
  ["(x|y]", "(x|", ["(x|"]],
  ["Élan", "é", ["É"]],
  ["nothing", "lamp", undefined],
  ["nothing", "", undefined],
])("in “%s”, “%s” is marked where it stands", (text, words, found) => expect(marks(text, words)).toEqual(found));

test("a mark that stands far back is brought into sight", () => {
  const text = `${"word ".repeat(10)}lamp`;
  const { snippet, matches } = begun(highlightIn(text, "lamp") ?? { field: "", snippet: "", matches: [] });
  expect(snippet).toBe(`…${text.slice(35)}`);
  expect([...snippet].slice(matches[0]?.start, matches[0]?.end).join("")).toBe("lamp");
  expect(begun({ field: "", snippet: `${"x".repeat(30)}lamp`, matches: [{ start: 30, end: 34 }] })).toMatchObject({ snippet: `…${"x".repeat(16)}lamp`, matches: [{ start: 17, end: 21 }] });
  const near = highlightIn("A lamp", "lamp");
  expect(near && begun(near)).toEqual(near);
});

test("a search marks its words in name, preview or subject, and shows what was said where none of them has it", async () => {
  const app = open("/inbox?q=lamp", (server) => {
    server.on("GET /v2/conversations", () => ({ data: server.conversations, pagination: { limit: 100, offset: 0, total: 4, has_more: false } }));
    server.conversations = [
      conversation(1, { last_message_preview: "My **lamp** broke" }),
      conversation(2, { subject: "Lamp 7" }),
      conversation(3),
      conversation(4, { contact: { id: "cnt_4", full_name: "Ann Lampert", email: null, phone: null } }),
    ];
    const highlights = [{ field: "content", snippet: "This lamp here", matches: [{ start: 5, end: 9 }] }];
    server.on("GET /v2/search", () => ({ query: "lamp", messages: { has_more: false, data: [{ message: message(9, { conversation_id: id("conv", 3) }), contact: conversation(3).contact, highlights }] } }));
  });
  const lines = () => [...document.querySelectorAll("[data-conversation]")].map((row) => [...row.querySelectorAll("mark")].map(({ textContent }) => textContent));
  await waitFor(() => expect(lines()).toEqual([["lamp"], ["Lamp"], ["lamp"], ["Lamp"]]));
  for (const text of ["My lamp broke", "Lamp 7", "This lamp here", "Question 4"]) expect(screen.queryAllByText((_, element) => element?.tagName === "BDI" && element.textContent === text), text).not.toEqual([]);
  expect(Object.fromEntries(app.server.asked("GET /v2/search")[0]?.query ?? [])).toEqual({ q: "lamp", types: "message", limit: "50" });
});
