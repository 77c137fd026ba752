import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { open } from "../fake/open.js";
import { conversation, id, message, page, user } from "../fake/rows.js";
import { type FakeV2, Refusal } from "../fake/server.js";

const here = id("conv", 1);

/** One conversation with two messages, open. */
function talk(prepare: (server: FakeV2) => void = () => undefined) {
  return open(`/inbox/${here}`, (server) => {
    server.conversations = [conversation(1), conversation(2)];
    server.messages = [message(1, { content: "Is the bowl back?" }), message(2, { content: "Let me see.", sent_by: "user", sender: { id: id("usr", 1), name: "Sarah Johnson" }, sent_at: "2026-01-25T14:21:00.000000Z" })];
    server.users = [user(), user({ id: id("usr", 2), name: "Tom Becker", email: "tom@example.com" })];
    prepare(server);
  });
}

const field = (name = "Reply to Visitor 1") => screen.findByRole<HTMLTextAreaElement>("combobox", { name });

test("messages stand in their order, with the day and who wrote", async () => {
  talk();
  await screen.findByText("Is the bowl back?");
  const log = screen.getByRole("log");
  expect(log.textContent).toMatch(/January 25.*Visitor 1.*Is the bowl back\?.*Sarah Johnson.*Let me see\./);
});

test("an answer stands there at once, goes out once, and the field is empty", async () => {
  const app = talk();
  await app.user.type(await field(), "It is **back**.{Enter}");
  expect((await screen.findByText("back")).tagName).toBe("STRONG");
  await waitFor(() => expect(app.server.asked("POST /v2/conversation/:id/message")).toHaveLength(1));
  const [sent] = app.server.asked("POST /v2/conversation/:id/message");
  expect(sent?.body).toEqual({ content: "It is **back**.", internal: false });
  expect(sent?.headers.get("Idempotency-Key")).toBeTruthy();
  expect((await field()).value).toBe("");
  await waitFor(() => expect(localStorage.length).toBe(0));
});

test("without a connection an answer waits, and goes out under the same key when it is back", async () => {
  const app = talk();
  const reply = await field();
  await screen.findByText("Let me see.");
  app.sockets.welcome();
  app.server.offline = true;
  await app.user.type(reply, "Still there?{Enter}");
  await screen.findByText("Waiting for the connection…");
  expect(JSON.stringify(localStorage)).toContain("Still there?");
  app.server.offline = false;
  app.sockets.last.end();
  await waitFor(() => expect(app.sockets.opened).toHaveLength(2));
  app.sockets.welcome();
  await waitFor(() => expect(app.server.messages.map(({ content }) => content)).toEqual(["Is the bowl back?", "Let me see.", "Still there?"]));
  await waitFor(() => expect(screen.queryByText("Waiting for the connection…")).toBeNull());
});

test("a refused answer is never lost: it can be written anew", async () => {
  const app = talk((server) => server.on("POST /v2/conversation/:id/message", () => new Refusal(400, "invalid_input", "Message is too long")));
  await app.user.type(await field(), "Too long{Enter}");
  expect((await screen.findByRole("alert")).textContent).toContain("Message is too long");
  await app.user.click(screen.getByRole("button", { name: "Edit" }));
  expect((await field()).value).toBe("Too long");
});

test("a draft is kept for each conversation, and a note's words never become a reply's", async () => {
  const app = talk();
  await app.user.type(await field(), "Half a rep");
  await app.user.click(screen.getByRole("tab", { name: "Note" }));
  await app.user.type(await field("Note for the team"), "She is a VIP");
  await app.user.click(screen.getByRole("tab", { name: "Reply" }));
  expect((await field()).value).toBe("Half a rep");
  await app.router.navigate({ to: "/inbox/$conversation", params: { conversation: id("conv", 2) } });
  expect((await field("Reply to Visitor 2")).value).toBe("");
  await app.router.navigate({ to: "/inbox/$conversation", params: { conversation: here } });
  expect((await field()).value).toBe("Half a rep");
});

test("a note goes to the team alone", async () => {
  const app = talk();
  await field();
  await app.user.keyboard("n");
  const note = await field("Note for the team");
  await waitFor(() => expect(document.activeElement).toBe(note));
  await app.user.type(note, "Call her{Enter}");
  await waitFor(() => expect(app.server.asked("POST /v2/conversation/:id/message")[0]?.body).toEqual({ content: "Call her", internal: true }));
  expect((await screen.findAllByText(/Team only/)).length).toBeGreaterThan(0);
});

test("/ proposes canned replies, @ colleagues in notes", async () => {
  const app = talk((server) => server.on("GET /v2/canned", () => page([{ id: "can_1", shortcut: "thanks", content: "Thank you, {{name}}!", created_at: "", updated_at: "" }])));
  const reply = await field();
  await app.user.type(reply, "/th");
  await screen.findByRole("option", { name: /thanks/ });
  await app.user.keyboard("{Enter}");
  expect(reply.value).toBe("Thank you, Visitor!");
  await app.user.click(screen.getByRole("tab", { name: "Note" }));
  const note = await field("Note for the team");
  await app.user.type(note, "@tom");
  await screen.findByRole("option", { name: /Tom Becker/ });
  await app.user.keyboard("{Tab}");
  expect(note.value).toBe("@Tom Becker ");
});

test("files are uploaded when dropped, and go with the answer", async () => {
  const app = talk((server) => server.on("POST /v2/attachments", () => ({ id: "att_1", filename: "a.txt", content_type: "text/plain", size: 3, width: null, height: null, url: "/v2/attachments/att_1" })));
  const reply = await field();
  fireEvent.drop(reply, { dataTransfer: { files: [new File(["abc"], "a.txt", { type: "text/plain" })] } });
  await screen.findByText("a.txt");
  await app.user.type(reply, "{Enter}");
  await waitFor(() => expect(app.server.asked("POST /v2/conversation/:id/message")[0]?.body).toEqual({ content: "", internal: false, attachments: ["att_1"] }));
});

test("assigning, labelling and resolving show at once and are told to the server", async () => {
  const app = talk();
  await field();
  await app.user.keyboard("i");
  await screen.findByRole("button", { name: "Sarah Johnson" });
  await app.user.keyboard("e");
  const dialog = await screen.findByRole("dialog", { name: "Resolve the conversation" });
  await app.user.click(within(dialog).getByRole("radio", { name: "Duplicate" }));
  await app.user.click(within(dialog).getByRole("button", { name: "Resolve" }));
  await screen.findByText(/This conversation is closed · Duplicate/);
  expect(app.server.asked("POST /v2/conversation/:id/resolve")[0]?.body).toEqual({ resolution_reason: "duplicate", send_satisfaction_survey: true });
});

test("who was slower is told what it is now", async () => {
  const app = talk((server) =>
    server.on("POST /v2/conversation/:id/assign", () => {
      Object.assign(server.conversations[0] ?? {}, { assigned_to: { id: id("usr", 2), name: "Tom Becker" } });
      return new Refusal(409, "conflict", "Somebody has it");
    }),
  );
  await field();
  await app.user.keyboard("i");
  await screen.findByText("It is now: Open, assigned to Tom Becker.");
  await screen.findByRole("button", { name: "Tom Becker" });
});

test("looking for a moment reads it; passing by does not", async () => {
  const app = talk();
  await field();
  await app.user.keyboard("j");
  await screen.findByRole("main", { name: "Conversation with Visitor 2" });
  await waitFor(() => expect(app.server.asked("POST /v2/conversation/:id/read")).toHaveLength(1));
  expect(app.server.asked("POST /v2/conversation/:id/read")[0]?.params.id).toBe(id("conv", 2));
});

test("the panel tells what is proven, where the visitor is, and what was before", async () => {
  talk((server) => {
    Object.assign(server.conversations[0] ?? {}, { page: { url: "https://shop.example.com/bowls", title: "Bowls" }, custom: { order: "10250" } });
    server.on("GET /v2/contact/:id/conversations", () => page([conversation(7, { status: "closed", subject: "Last year" })]));
  });
  const panel = await screen.findByRole("complementary", { name: "Details" });
  await within(panel).findByText("Last year");
  expect(panel.textContent).toMatch(/Not verified.*Bowls.*10250/);
});

test("older messages are read when somebody scrolls up to them, each once", async () => {
  const app = talk((server) => {
    server.messages = Array.from({ length: 150 }, (_, i) => message(i + 1, { sent_at: new Date(Date.UTC(2026, 0, 1, 0, i)).toISOString() }));
  });
  await screen.findByText("Message 150");
  expect(screen.queryByText("Message 90")).toBeNull();
  fireEvent.scroll(screen.getByRole("log"));
  await screen.findByText("Message 90");
  fireEvent.scroll(screen.getByRole("log"));
  await screen.findByText("Message 1");
  expect(app.server.asked("GET /v2/conversation/:id/messages").map(({ query }) => query.get("offset"))).toEqual(["0", "60", "120"]);
});
