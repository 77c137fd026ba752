import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { conversation, id, message, page } from "../fake/rows.js";
import { Refusal } from "../fake/server.js";
import { field, file, files, goTo, happens, here, lineUp, press, said, talk, there, tom } from "../fake/talk.js";

const drop = (into: HTMLElement, ...names: string[]) => fireEvent.drop(into, { dataTransfer: { files: files(...names) } });
const posts = (app: ReturnType<typeof talk>) => app.server.asked("POST /v2/conversation/:id/message");
const refuses = (route: string, refusal: Refusal) => talk((server) => server.on(route, () => refusal));

test.each([
  ["a contact that is blocked", new Refusal(409, "conflict", "The contact is blocked; set its status to active first"), "The contact is blocked"],
  ["a text that no channel takes", new Refusal(422, "invalid_input", "The text has letters that SMS cannot carry"), "letters that SMS cannot carry"],
  ["a conversation that is gone", new Refusal(404, "not_found", "Conversation not found"), "It is not there, or no longer."],
  ["a right that was taken away", new Refusal(403, "forbidden"), "You may not do this"],
] as const)("an answer that fails because of %s says why, at once and for good", async (_, refusal, words) => {
  const app = refuses("POST /v2/conversation/:id/message", refusal);
  await app.user.type(await field(), "Hello{Enter}");
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain(words);
  expect(screen.queryByText("Waiting for the connection…")).toBeNull();
  expect(posts(app)).toHaveLength(1);
});

test("an answer whose first try is still running at the server waits for it, and is not shown as refused", async () => {
  let tries = 0;
  const app = talk((server) => server.on("POST /v2/conversation/:id/message", ({ body }) => (++tries === 1 ? new Refusal(409, "conflict", "Still running", { field: "Idempotency-Key" }) : message(9, { content: (body as { content: string }).content, sent_by: "user" }))));
  await app.user.type(await field(), "Twice?{Enter}");
  await screen.findByText("Waiting for the connection…");
  await waitFor(() => expect(screen.queryByText("Waiting for the connection…")).toBeNull());
  const keys = posts(app).map(({ headers }) => headers.get("Idempotency-Key"));
  expect(keys[1]).toBe(keys[0]);
  expect(screen.queryByRole("alert")).toBeNull();
});

test("a refused answer is tried again under its own key, and edited before what was begun since", async () => {
  let refuse = true;
  const app = talk((server) => server.on("POST /v2/conversation/:id/message", ({ body }) => (refuse ? new Refusal(422, "invalid_input", "Too long") : message(9, { content: (body as { content: string }).content, sent_by: "user" }))));
  const reply = await field();
  await app.user.type(reply, "First{Enter}");
  await app.user.type(reply, "Second");
  await app.user.click(await screen.findByRole("button", { name: "Try again" }));
  await waitFor(() => expect(posts(app)).toHaveLength(2));
  await app.user.click(await screen.findByRole("button", { name: "Edit" }));
  const now = await field();
  expect(now.value).toBe("First\n\nSecond");
  expect(document.activeElement, "who edits is in the field").toBe(now);
  expect(now.selectionStart, "behind what is there").toBe(now.value.length);
  refuse = false;
  await app.user.type(now, "{Enter}");
  await waitFor(() => expect(posts(app).at(-1)?.body).toEqual({ content: "First\n\nSecond", internal: false }));
  const keys = posts(app).map(({ headers }) => headers.get("Idempotency-Key"));
  expect([keys[1] === keys[0], keys[2] === keys[0]]).toEqual([true, false]);
});

test("a refused note is edited as a note, with its files", async () => {
  const app = talk((server) => {
    server.on("POST /v2/attachments", () => file());
    server.on("POST /v2/conversation/:id/message", () => new Refusal(422, "invalid_input", "No"));
  });
  await field();
  await press(app, "n");
  const note = await field(1, "Note for the team");
  drop(note, "file-1.txt");
  await screen.findByRole("button", { name: "Remove file-1.txt" });
  await app.user.type(note, "See this{Enter}");
  await app.user.click(await screen.findByRole("button", { name: "Edit" }));
  expect((await field(1, "Note for the team")).value).toBe("See this");
  screen.getByRole("button", { name: "Remove file-1.txt" });
  await app.user.click(screen.getByRole("tab", { name: "Reply" }));
  expect((await field()).value).toBe("");
});

test.each([
  ["too large", new Refusal(413, "too_large", "The file is larger than 10 MB"), "The file is larger than 10 MB"],
  ["of a kind that is not taken", new Refusal(422, "invalid_input", "Programs are not accepted"), "Programs are not accepted"],
  ["one too many for now", new Refusal(429, "rate_limited"), "Too many"],
] as const)("a file that is %s says so, and the rest is sent without it", async (_, refusal, words) => {
  const app = refuses("POST /v2/attachments", refusal);
  const reply = await field();
  drop(reply, "bad.txt");
  await waitFor(() => expect(document.body.textContent).toContain(words));
  expect(screen.queryByText("bad.txt")).toBeNull();
  await app.user.type(reply, "Without{Enter}");
  await waitFor(() => expect(posts(app).map(({ body }) => body)).toEqual([{ content: "Without", internal: false }]));
});

test("of several files those that fail take none of the others with them", async () => {
  let n = 0;
  const app = talk((server) => server.on("POST /v2/attachments", () => (++n === 2 ? new Refusal(422, "invalid_input", "Not this one") : file(n))));
  drop(await field(), "a.txt", "b.txt", "c.txt");
  await screen.findByRole("button", { name: "Remove file-3.txt" });
  await screen.findByText("Not this one");
  await app.user.click(screen.getByRole("button", { name: "Remove file-1.txt" }));
  await app.user.click(screen.getByRole("button", { name: "Send" }));
  await waitFor(() => expect(posts(app)[0]?.body).toEqual({ content: "", internal: false, attachments: [id("att", 3)] }));
});

test("text that is dragged into the field is left to the browser", async () => {
  const app = talk();
  expect(fireEvent.drop(await field(), { dataTransfer: { files: [], types: ["text/plain"] } }), "not taken").toBe(true);
  expect(app.server.asked("POST /v2/attachments")).toEqual([]);
});

test("where resolving is refused, the note is still there to be sent again", async () => {
  let refuse = true;
  const app = talk((server) => server.on("POST /v2/conversation/:id/resolve", (): unknown => (refuse ? new Refusal(409, "conflict", "Archived") : Object.assign(server.conversations[0] ?? {}, { status: "closed" }))));
  await field();
  await press(app, "e");
  const dialog = within(await screen.findByRole("dialog"));
  await app.user.type(dialog.getByLabelText(/Note for the team/), "Long story");
  await app.user.click(dialog.getByRole("button", { name: "Resolve" }));
  await screen.findByText("It is now: Open, assigned to nobody.");
  expect(dialog.getByLabelText<HTMLTextAreaElement>(/Note for the team/).value).toBe("Long story");
  refuse = false;
  await app.user.click(dialog.getByRole("button", { name: "Resolve" }));
  await screen.findByText(/This conversation is closed/);
  expect(app.server.asked("POST /v2/conversation/:id/resolve").map(({ body }) => (body as { internal_note: string }).internal_note)).toEqual(["Long story", "Long story"]);
});

test.each([
  ["offline", "The server cannot be reached", (app: ReturnType<typeof talk>): void => void (app.server.offline = true)],
  ["at a limit", "Too many", (app: ReturnType<typeof talk>) => app.server.on("POST /v2/conversation/:id/assign", () => new Refusal(429, "rate_limited"))],
  ["when the server breaks", "went wrong", (app: ReturnType<typeof talk>) => app.server.on("POST /v2/conversation/:id/assign", () => new Refusal(500, "internal_error", "panic: nil"))],
] as const)("taking a conversation %s says so, and shows that nobody has it", async (_, words, breaks) => {
  const app = talk();
  await field();
  breaks(app);
  await press(app, "i");
  await waitFor(() => expect(document.body.textContent?.toLowerCase()).toContain(words.toLowerCase()));
  await screen.findByRole("button", { name: "Assign" });
  expect(document.body.textContent).not.toContain("panic");
});

test("labels that the copilot proposed are still there after one of them failed", async () => {
  const app = talk((server) => {
    server.on("POST /v2/conversation/:id/suggest-labels", () => ({ labels: ["shipping", "refund"] }));
    server.on("POST /v2/conversation/:id/label", () => new Refusal(422, "invalid_input", "Too many labels"));
  });
  await app.user.click(await screen.findByRole("button", { name: "Copilot" }));
  await app.user.click(await screen.findByRole("menuitem", { name: "Propose labels" }));
  await app.user.click(await screen.findByRole("button", { name: "+ shipping" }));
  await screen.findByText("Too many labels");
  screen.getByRole("button", { name: "+ refund" });
});

test("where the copilot has nothing to say it says that, and a limit is named as one", async () => {
  const app = talk((server) => {
    server.on("POST /v2/conversation/:id/suggest-labels", () => ({ labels: [] }));
    server.on("POST /v2/conversation/:id/summary", () => new Refusal(429, "rate_limited"));
  });
  await field();
  await app.user.click(screen.getByRole("button", { name: "Copilot" }));
  await app.user.click(await screen.findByRole("menuitem", { name: "Propose labels" }));
  await screen.findByText("No label fits.");
  await press(app, "gu");
  await screen.findByText(/Too many/);
});

test("messages that cannot be read say so, where to read them again, and one may write all the same", async () => {
  let broken = true;
  const app = talk((server) => server.on("GET /v2/conversation/:id/messages", (): unknown => (broken ? new Refusal(500, "internal_error") : page([message(1)]))));
  const alert = within(await screen.findByRole("alert"));
  alert.getByText(/req_1/);
  expect((await field()).disabled).toBe(false);
  broken = false;
  await app.user.click(alert.getByRole("button", { name: "Try again" }));
  await screen.findByText("Message 1");
});

test("older messages that could not be read are asked for again by who scrolls on", async () => {
  let broken = true;
  const app = talk((server) => {
    server.messages = Array.from({ length: 70 }, (_, i) => message(i + 1, { sent_at: new Date(Date.UTC(2026, 0, 1, 0, i)).toISOString() }));
    server.on("GET /v2/conversation/:id/messages", ({ query }) => {
      const offset = Number(query.get("offset"));
      return offset && broken ? new Refusal(503, "unavailable") : page(server.messages.toReversed().slice(offset, offset + 60), 60, offset, 70);
    });
  });
  await screen.findByText("Message 70");
  const asked = () => app.server.asked("GET /v2/conversation/:id/messages").length;
  fireEvent.scroll(screen.getByRole("log"));
  await waitFor(() => expect(asked()).toBe(2));
  broken = false;
  await waitFor(() => {
    fireEvent.scroll(screen.getByRole("log"));
    expect(screen.queryByText("Message 1")).toBeTruthy();
  });
});

test("a conversation that could not be read is read when one tries again, or another is opened", async () => {
  const app = talk((server) => server.on("GET /v2/conversations", () => page([])), {});
  await field();
  app.server.on("GET /v2/conversation/:id", () => new Refusal(500, "internal_error"));
  await goTo(app, there);
  const alert = within(await screen.findByRole("alert"));
  app.server.on("GET /v2/conversation/:id", () => conversation(2, { unread_count: 0 }));
  await app.user.click(alert.getByRole("button", { name: "Try again" }));
  await field(2);
});

test("a session that is over while one writes leads to the login, and the words are there after it", async () => {
  const app = talk((server) => server.on("POST /v2/conversation/:id/message", () => new Refusal(401, "unauthorized")));
  await app.user.type(await field(), "Precious{Enter}");
  await screen.findByRole("button", { name: /log in|sign in/i });
  expect(JSON.stringify({ ...localStorage })).toContain("Precious");
});

test("what came by the socket stays when the list cannot be read anew", async () => {
  const app = talk();
  await field();
  await screen.findByText("Message 1");
  lineUp(app);
  await waitFor(() => expect(app.queries.isFetching()).toBe(0));
  app.server.on("GET /v2/conversations", () => new Refusal(503, "unavailable"));
  happens(app, "message.received", said(5, { conversation_id: there, message_id: id("msg", 5), conversation: { id: there, status: "open", assigned_to: { id: tom.id, name: tom.name }, labels: ["vip"] } }));
  const row = await screen.findByRole("link", { name: /Visitor 2.*News 5/ });
  await waitFor(() => expect(app.server.asked("GET /v2/conversations").length).toBeGreaterThan(1));
  within(row).getByText("vip");
  within(row).getByText("1 unread message");
  expect(app.queries.getQueryData(["conversation", here])).toMatchObject({ last_message_preview: "Question 1" });
});
