import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { conversation, id, message, page } from "../fake/rows.js";
import { Refusal } from "../fake/server.js";
import { field, file, files, goTo, happens, held, here, lineUp, press, said, talk, there, tom } from "../fake/talk.js";

const drop = (into: HTMLElement, ...names: string[]) => fireEvent.drop(into, { dataTransfer: { files: files(...names) } });
const send = () => screen.getByRole<HTMLButtonElement>("button", { name: "Send" });
const sentTo = (app: ReturnType<typeof talk>) => app.server.asked("POST /v2/conversation/:id/message").map(({ params, body }) => [params.id, body]);

test("a file on its way up to one conversation neither shows in another nor holds back what is sent there", async () => {
  const late = held();
  const app = talk((server) => server.on("POST /v2/attachments", () => late.answer));
  drop(await field(), "order.txt");
  await screen.findByText("Uploading…");
  expect(send().disabled).toBe(true);
  await goTo(app, there);
  await app.user.type(await field(2), "Hello");
  expect(screen.queryByText("Uploading…")).toBeNull();
  expect(send().disabled).toBe(false);
  await app.user.keyboard("{Enter}");
  await waitFor(() => expect(sentTo(app)).toEqual([[there, { content: "Hello", internal: false }]]));
  await goTo(app, here);
  await screen.findByText("Uploading…");
  await late.give(file(1, { filename: "order.txt" }));
  await screen.findByRole("button", { name: "Remove order.txt" });
  expect(screen.queryByText("Uploading…")).toBeNull();
});

test("a customer's file is no part of the note that is written while it goes up", async () => {
  const late = held();
  const app = talk((server) => server.on("POST /v2/attachments", () => late.answer));
  drop(await field(), "invoice.txt");
  await screen.findByText("Uploading…");
  await app.user.click(screen.getByRole("tab", { name: "Note" }));
  await app.user.type(await field(1, "Note for the team"), "Do not tell{Enter}");
  await waitFor(() => expect(sentTo(app)).toEqual([[here, { content: "Do not tell", internal: true }]]));
  await late.give(file(1, { filename: "invoice.txt" }));
  expect(screen.queryByText("invoice.txt")).toBeNull();
  await app.user.click(screen.getByRole("tab", { name: "Reply" }));
  await screen.findByText("invoice.txt");
});

test("a file that arrives while one is on another page stands in the draft when one is back, and is sent", async () => {
  const late = held();
  const app = talk((server) => server.on("POST /v2/attachments", () => late.answer));
  drop(await field(), "late.txt");
  await waitFor(() => expect(app.server.asked("POST /v2/attachments")).toHaveLength(1));
  await act(() => app.router.navigate({ to: "/inbox" }));
  await screen.findByText("Choose a conversation");
  await goTo(app, here);
  const reply = await field();
  await late.give(file(1, { filename: "late.txt" }));
  await screen.findByText("late.txt");
  await app.user.type(reply, "Here it is{Enter}");
  await waitFor(() => expect(sentTo(app)).toEqual([[here, { content: "Here it is", internal: false, attachments: [id("att", 1)] }]]));
});

test("what is typed while the copilot thinks is not replaced by its draft", async () => {
  const late = held();
  const app = talk((server) => server.on("POST /v2/conversation/:id/suggest", () => late.answer));
  const reply = await field();
  reply.focus();
  await app.user.keyboard("{Control>}j{/Control}");
  await app.user.type(reply, "I know it");
  await late.give({ content: "The machine's answer", citations: [] });
  const card = within(await screen.findByRole("region", { name: "Copilot" }));
  expect(reply.value).toBe("I know it");
  card.getByText("The machine's answer");
});

test("the copilot is asked once, however often its key is pressed before it answers", async () => {
  const late = held();
  const app = talk((server) => server.on("POST /v2/conversation/:id/suggest", () => late.answer));
  (await field()).focus();
  await app.user.keyboard("{Control>}jjj{/Control}");
  await late.give({ content: "Once", citations: [] });
  await waitFor(async () => expect((await field()).value).toBe("Once"));
  expect(app.server.asked("POST /v2/conversation/:id/suggest")).toHaveLength(1);
});

test("a draft that comes while a note is written waits in the reply's own field or nowhere, never in the note", async () => {
  const late = held();
  const app = talk((server) => server.on("POST /v2/conversation/:id/suggest", () => late.answer));
  (await field()).focus();
  await app.user.keyboard("{Control>}j{/Control}");
  await app.user.click(screen.getByRole("tab", { name: "Note" }));
  await late.give({ content: "For the customer", citations: [] });
  await waitFor(() => expect(app.queries.isMutating()).toBe(0));
  expect((await field(1, "Note for the team")).value).toBe("");
});

test("older messages that are long in coming hold up nobody who has gone on to another conversation", async () => {
  const late = held();
  const app = talk((server) => {
    const read = (of: string) => Array.from({ length: 90 }, (_, i) => message(i + 1, { id: id(of === here ? "msg" : "two", i + 1), conversation_id: of, content: `${of === here ? "One" : "Two"} ${i + 1}`, sent_at: new Date(Date.UTC(2026, 0, 1, 0, i)).toISOString() }));
    server.messages = [...read(here), ...read(there)];
    server.on("GET /v2/conversation/:id/messages", ({ params, query }) => {
      if (params.id === here && query.get("offset") !== "0") return late.answer;
      const all = server.messages.filter((m) => m.conversation_id === params.id).reverse();
      const offset = Number(query.get("offset"));
      return page(all.slice(offset, offset + 60), 60, offset, all.length);
    });
  });
  await screen.findByText("One 90");
  fireEvent.scroll(screen.getByRole("log"));
  await goTo(app, there);
  await screen.findByText("Two 90");
  fireEvent.scroll(screen.getByRole("log"));
  await screen.findByText("Two 1");
  await late.give(page([], 60, 60, 60));
});

test("a second scroll before the page is drawn anew asks for the same older messages only once", async () => {
  const app = talk((server) => {
    server.messages = Array.from({ length: 90 }, (_, i) => message(i + 1, { sent_at: new Date(Date.UTC(2026, 0, 1, 0, i)).toISOString() }));
  });
  await screen.findByText("Message 90");
  act(() => {
    for (let i = 0; i < 3; i++) screen.getByRole("log").dispatchEvent(new Event("scroll"));
  });
  await screen.findByText("Message 1");
  expect(app.server.asked("GET /v2/conversation/:id/messages").map(({ query }) => query.get("offset"))).toEqual(["0", "60"]);
});

test("a conversation with a note is resolved once, however often one presses, and the window stays until it is done", async () => {
  const late = held();
  const app = talk((server) => server.on("POST /v2/conversation/:id/resolve", () => late.answer));
  await field();
  await press(app, "e");
  const dialog = within(await screen.findByRole("dialog", { name: "Resolve the conversation" }));
  await app.user.type(dialog.getByLabelText(/Note for the team/), "Refunded");
  const submit = dialog.getByRole("button", { name: "Resolve" });
  await app.user.click(submit);
  await app.user.click(submit);
  expect(app.server.asked("POST /v2/conversation/:id/resolve")).toHaveLength(1);
  await late.give({ ...conversation(1, { status: "closed" }) });
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});

test("two acts at once: the first one's answer does not take back what the second one shows", async () => {
  const late = held();
  const app = talk((server) => {
    server.on("POST /v2/conversation/:id/assign", () => conversation(1, { unread_count: 0, assigned_to: { id: "usr_1", name: "Sarah Johnson" } }));
    server.on("PATCH /v2/conversation/:id", () => late.answer);
  });
  await field();
  await press(app, "p");
  await app.user.click(await screen.findByRole("menuitemradio", { name: "Urgent" }));
  await screen.findByRole("button", { name: "Priority: Urgent" });
  await press(app, "i");
  await waitFor(() => expect(app.server.asked("POST /v2/conversation/:id/assign")).toHaveLength(1));
  await waitFor(() => expect(app.queries.getQueryData(["conversation", here])).toMatchObject({ assigned_to: { name: "Sarah Johnson" }, priority: "urgent" }));
  await late.give(new Refusal(500, "internal_error"));
  await screen.findByRole("button", { name: "Priority: Normal" });
});

test("an act's late answer does not unsay a message that came while it was on its way", async () => {
  const late = held();
  const app = talk((server) => server.on("POST /v2/conversation/:id/assign", () => late.answer));
  await field();
  lineUp(app);
  await press(app, "i");
  await waitFor(() => expect(app.server.asked("POST /v2/conversation/:id/assign")).toHaveLength(1));
  happens(app, "message.received", said(7));
  await late.give(conversation(1, { unread_count: 0, assigned_to: { id: "usr_1", name: "Sarah Johnson" } }));
  await waitFor(() => expect(app.queries.getQueryData(["conversation", here])).toMatchObject({ assigned_to: { name: "Sarah Johnson" }, last_message_preview: "News 7", message_count: 2 }));
});

test("of the server's answer and the socket's news of a message's way, the later state stands", async () => {
  const late = held();
  const mine = message(9, { sent_by: "user", sender: { id: "usr_1", name: "Sarah Johnson" }, content: "Read me", sent_at: "2026-01-25T15:00:09.000000Z", status: "sent" });
  const app = talk((server) => server.on("POST /v2/conversation/:id/message", () => late.answer));
  const reply = await field();
  await screen.findByText("Message 1");
  lineUp(app);
  await app.user.type(reply, "Read me{Enter}");
  happens(app, "message.read", said(9, { content: "Read me", sent_by: "user", sender: mine.sender, status: "read" }));
  await within(screen.getByRole("log")).findByText("Read");
  await late.give(mine);
  await waitFor(() => expect(screen.queryByText("Sending…")).toBeNull());
  expect(within(screen.getByRole("log")).getAllByText("Read me")).toHaveLength(1);
  within(screen.getByRole("log")).getByText("Read");
});

test("who is somebody else's by the time one assigns is told so, and nothing of it sticks", async () => {
  const late = held();
  const app = talk((server) => server.on("POST /v2/conversation/:id/assign", () => late.answer));
  await field();
  lineUp(app);
  await press(app, "i");
  await screen.findByRole("button", { name: "Sarah Johnson" });
  app.server.conversations[0] = conversation(1, { unread_count: 0, assigned_to: { id: tom.id, name: tom.name } });
  happens(app, "conversation.assigned", { conversation_id: here, conversation: app.server.conversations[0] });
  await late.give(new Refusal(409, "conflict", "Somebody has it"));
  await screen.findByText("It is now: Open, assigned to Tom Becker.");
  screen.getByRole("button", { name: "Tom Becker" });
});

test("a reply is written on in one conversation while another's answer is being sent", async () => {
  const late = held();
  const app = talk((server) => server.on("POST /v2/conversation/:id/message", ({ params, body }) => (params.id === here ? late.answer : message(50, { conversation_id: there, content: (body as { content: string }).content }))));
  await app.user.type(await field(), "Slow{Enter}");
  await screen.findByText("Sending…");
  await goTo(app, there);
  await app.user.type(await field(2), "Fast{Enter}");
  await waitFor(() => expect(JSON.stringify({ ...localStorage })).not.toContain("Fast"));
  expect(screen.queryByText("Slow"), "of the first conversation").toBeNull();
  expect(JSON.stringify({ ...localStorage })).toContain("Slow");
  await late.give(message(51, { content: "Slow" }));
  await vi.waitFor(() => expect(localStorage.length).toBe(0));
});
