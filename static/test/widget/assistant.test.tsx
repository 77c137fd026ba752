// @vitest-environment happy-dom
import { act } from "preact/test-utils";
import { expect, test } from "vitest";
import type { Message } from "../../src/shared/wire.js";
import { eventually } from "../fake/eventually.js";
import { button, click, one, setup, texts } from "./setup.js";

const nora = { greeting: "Hi", name: "Northwind", online: false, articles: true, assistant: { name: "Nora" } };
const article = { id: "art_1", title: "Returns", excerpt: "", content: "Within *30 days*." };

async function assisted() {
  const frame = setup({ articles: [article] });
  frame.server.config = nora;
  await frame.talk();
  frame.store.route.begin({ screen: "talk" });
  frame.server.tell({ type: "conversation", status: "open", assistant_active: true });
  await frame.pass();
  return frame;
}

/** The assistant's message, as the server sends it. */
const answer = (seq: number): Message => ({
  id: 900 + seq,
  seq,
  direction: "outbound",
  sender: "assistant",
  author: "Nora",
  body: "You have **30 days**.",
  timestamp: "2026-01-25T14:30:00.000000Z",
  type: "text",
  status: "sent",
  citations: [{ title: "Returns", article: "art_1" }],
});

test("while the assistant answers, it says what it is, and a person is one press away", async () => {
  const { server, pass } = await assisted();
  expect(texts(".bar > p span")).toEqual(["Nora is an automatic assistant"]);
  expect(texts(".who p")).toEqual(["Assistant"]);
  await click(button("Talk to a person"));
  await pass();
  expect(server.callsTo("/person")).toHaveLength(1);
  expect(texts("p.bar")).toEqual(["A person will answer you here."]);
});

test("the promise of a person ends when one has come, and when the conversation is closed", async () => {
  const { server, pass } = await assisted();
  const ask = async () => {
    await click(button("Talk to a person"));
    await pass();
    expect(texts("p.bar")).toHaveLength(1);
  };
  await ask();
  server.conversation.messages.push({ ...answer(2), sender: "agent", author: "Sarah" });
  server.sweep();
  await pass();
  expect(texts(".bar")).toEqual([]);
  server.tell({ type: "conversation", status: "open", assistant_active: true });
  await pass();
  await ask();
  server.tell({ type: "conversation", status: "closed" });
  await pass();
  expect(texts(".bar")).toEqual([]);
});

test("a wish for a person that does not arrive is said to have failed, and can be repeated", async () => {
  const { server, pass } = await assisted();
  server.faults.refusals = [{ on: "/person", status: 503 }];
  await click(button("Talk to a person"));
  await pass();
  expect(texts(".bar .problem")).toEqual(["That did not work. Please try again."]);
  await click(button("Talk to a person"));
  await pass();
  expect(texts("p.bar")).toHaveLength(1);
});

test("an answer is drawn while it is made, unannounced, and its message takes its place with its sources", async () => {
  const { server, pass } = await assisted();
  server.tell({ type: "delta", id: "d1", author: "Nora", text: "You have **30" });
  server.tell({ type: "delta", id: "d1", author: "Nora", text: " days**" });
  await pass();
  expect(texts(".streams .bubble")).toEqual(["You have 30 days"]);
  expect(one(".streams").getAttribute("aria-live")).toBe("off");
  server.conversation.messages.push(answer(2));
  server.sweep();
  await pass();
  expect(document.querySelector(".streams")).toBeNull();
  expect(texts(".bubble").at(-1)).toBe("You have 30 days.");
  expect(texts(".sources bdi")).toEqual(["Returns"]);
});

test("a source opens its article inside the widget, and back comes to the conversation", async () => {
  const { server, pass } = await assisted();
  server.conversation.messages.push(answer(2));
  server.sweep();
  await pass();
  one(".sources button").focus();
  await click(one(".sources button"));
  await eventually(() => expect(texts("article em")).toEqual(["30 days"]));
  await click(button("Back"));
  await pass();
  expect(texts(".bubble")).toHaveLength(2);
  expect(document.activeElement).toBe(one(".sources button"));
});

test("an agent's picture stands beside their name, and falls back to the letter when it is broken", async () => {
  const { server, pass, talk } = setup();
  await talk();
  server.conversation.messages.push({ ...answer(2), sender: "agent", author: "Sarah", avatar: "/a.png", citations: [] });
  server.sweep();
  await pass();
  expect(one<HTMLImageElement>(".message .avatar img").getAttribute("src")).toBe("/a.png");
  expect(texts(".who h1")).toEqual(["Sarah"]);
  await act(() => void one(".message .avatar img").dispatchEvent(new Event("error")));
  expect(texts(".message .avatar")).toEqual(["S"]);
  server.conversation.messages.push({ ...answer(3), sender: "agent", author: "Eve", avatar: "javascript:alert(1)", citations: [] });
  server.sweep();
  await pass();
  expect(document.querySelectorAll(".message .avatar img")).toHaveLength(0);
});
