import { QueryClient } from "@tanstack/react-query";
import { beforeEach, expect, test } from "vitest";
import { keys } from "../../../src/dashboard/api/keys.js";
import { type Thread, withMessage } from "../../../src/dashboard/conversation/thread.js";
import { applyEvent, threadAfter } from "../../../src/dashboard/live/apply.js";
import { concerns } from "../../../src/dashboard/live/notices.js";
import { conversation, id, message, page } from "../fake/rows.js";

let queries: QueryClient;
beforeEach(() => {
  queries = new QueryClient();
  queries.setQueryData(keys.conversation(id("conv", 1)), conversation(1));
  queries.setQueryData(keys.conversationWindow({ status: "open" }, 0), page([conversation(1), conversation(2)]));
  queries.setQueryData(keys.messages(id("conv", 1)), { messages: [message(1)], total: 1 });
});

const event = (type: string, data: object) => ({ id: "evt_1", type, timestamp: "", pos: 1, data });
const said = (more: object = {}) => ({ conversation_id: id("conv", 1), message_id: id("msg", 2), content: "x".repeat(130), sent_at: "2026-01-25T15:00:00.000000Z", sent_by: "contact" as const, ...more });
const rows = () => queries.getQueryData<ReturnType<typeof page<ReturnType<typeof conversation>>>>(keys.conversationWindow({ status: "open" }, 0))?.data ?? [];

test("a customer's message is in the thread, the row and the count", () => {
  expect(applyEvent(queries, event("message.received", said()))).toEqual({ lists: true, contacts: false });
  expect(queries.getQueryData(keys.messages(id("conv", 1)))).toMatchObject({ total: 2 });
  expect(rows()[0]).toMatchObject({ unread_count: 2, message_count: 2, last_message_preview: `${"x".repeat(120)}…` });
  expect(rows()[1]?.unread_count).toBe(1);
});

test("the same event twice counts once", () => {
  applyEvent(queries, event("message.received", said()));
  applyEvent(queries, event("message.received", said()));
  expect(rows()[0]).toMatchObject({ unread_count: 2, message_count: 2 });
  expect(queries.getQueryData(keys.messages(id("conv", 1)))).toMatchObject({ total: 2 });
});

test("a note is in the thread alone", () => {
  expect(applyEvent(queries, event("note.created", said({ internal: true, sent_by: "user" })))).toEqual({ lists: false, contacts: false });
  expect(rows()[0]).toEqual(conversation(1));
  expect(queries.getQueryData(keys.messages(id("conv", 1)))).toMatchObject({ total: 2 });
});

test("a changed conversation is as the event says, but never older than what was said", () => {
  applyEvent(queries, event("message.received", said()));
  applyEvent(queries, event("conversation.updated", { conversation: conversation(1, { priority: "urgent" }) }));
  expect(rows()[0]).toMatchObject({ priority: "urgent", message_count: 2, last_message_at: said().sent_at });
  expect(queries.getQueryData(keys.conversation(id("conv", 1)))).toMatchObject({ priority: "urgent" });
});

test("a message that failed is told so, with the reason, and the late answer of the call that sent it takes nothing back", () => {
  const thread = () => queries.getQueryData<Thread>(keys.messages(id("conv", 1)));
  const answered = message(2, { sent_by: "user", sent_at: said().sent_at, status: "sent" });
  applyEvent(queries, event("message.sent", said({ sent_by: "user", status: "sent" })));
  const failed = event("conversation.updated", { conversation_id: id("conv", 1), conversation: conversation(1), changes: { message_id: id("msg", 2), message_status: "failed", failure_reason: "The channel email is not configured" } });
  applyEvent(queries, failed);
  const fate = { status: "failed", failure_reason: "The channel email is not configured" };
  expect(thread()?.messages[1]).toMatchObject({ id: id("msg", 2), ...fate });
  expect(withMessage(thread() as Thread, answered).messages[1]).toMatchObject(fate);
  expect(threadAfter(id("conv", 1), { messages: [answered], total: 1 }, failed).messages[0]).toMatchObject(fate);
  expect(threadAfter(id("conv", 2), { messages: [answered], total: 1 }, failed).messages[0]?.status).toBe("sent");
});

test("changed contacts are read anew, and lists with a contact that is gone", () => {
  expect(applyEvent(queries, event("contact.updated", { contact_id: "cnt_1" }))).toEqual({ lists: false, contacts: true });
  expect(applyEvent(queries, event("contact.deleted", { contact_id: "cnt_1" }))).toEqual({ lists: true, contacts: true });
});

test("a person is told of what is theirs, nobody's, or names them", () => {
  const me = { id: "usr_1", name: "Sarah Johnson" };
  const to = (assigned: string | null) => event("message.received", said({ conversation: { assigned_to: assigned ? { id: assigned, name: "" } : null } }));
  expect([concerns(to(null), me), concerns(to("usr_1"), me), concerns(to("usr_2"), me)]).toEqual([true, true, false]);
  const note = (content: string, by: string) => event("note.created", said({ content, sender: { id: by, name: "" } }));
  expect([concerns(note("ask @sarah johnson", "usr_2"), me), concerns(note("ask @sarah johnson", "usr_1"), me), concerns(note("hm", "usr_2"), me)]).toEqual([true, false, false]);
  expect(concerns(event("message.sent", said()), me)).toBe(false);
  const answered = said({ conversation: { assigned_to: null, assistant_active: true } });
  expect(concerns(event("message.received", answered), me)).toBe(false);
});

test("a person is told when an assistant leaves a conversation to the team, or to them", () => {
  const me = { id: "usr_1", name: "Sarah Johnson" };
  const left = (handoff_reason: string | null, assigned: string | null = null) =>
    event("conversation.updated", { conversation_id: id("conv", 1), conversation: { assigned_to: assigned ? { id: assigned, name: "" } : null }, changes: { assistant_active: false, handoff_reason } });
  expect([left("asked"), left("no_answer", "usr_1"), left("asked", "usr_2"), left("agent"), left(null)].map((e) => concerns(e, me))).toEqual([true, true, false, false, false]);
});
