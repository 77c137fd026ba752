import { act, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Schemas } from "../../../src/dashboard/api/client.js";
import { open } from "../fake/open.js";
import { conversation, id, message, user } from "../fake/rows.js";
import type { FakeV2 } from "../fake/server.js";

const here = id("conv", 1);
const tom = user({ id: id("usr", 2), name: "Tom Becker", email: "tom@example.com", role: "agent" });

function talk(change: Partial<Schemas["Conversation"]> = {}, prepare: (server: FakeV2) => void = () => undefined) {
  return open(`/inbox/${here}`, (server) => {
    server.conversations = [conversation(1, change)];
    server.messages = [message(1, { content: "Is the bowl back?" })];
    server.users = [user(), tom];
    prepare(server);
  });
}
const ready = () => screen.findByRole("combobox", { name: "Reply to Visitor 1" });

test("a conversation is resolved with a word for the team, and no customer is asked about spam", async () => {
  const app = talk();
  await ready();
  await app.user.click(screen.getByRole("button", { name: "Resolve" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Resolve the conversation" }));
  const survey = dialog.getByRole<HTMLInputElement>("checkbox", { name: "Ask the customer how it was" });
  expect(survey.checked).toBe(true);
  await app.user.click(dialog.getByRole("radio", { name: "Spam" }));
  expect([survey.checked, survey.disabled]).toEqual([false, true]);
  await app.user.type(dialog.getByLabelText("Note for the team (optional)"), "  Sells pills ");
  await app.user.click(dialog.getByRole("button", { name: "Resolve" }));
  await screen.findByText(/This conversation is closed · Spam/);
  expect(app.server.asked("POST /v2/conversation/:id/resolve")[0]?.body).toEqual({ resolution_reason: "spam", send_satisfaction_survey: false, internal_note: "Sells pills" });
});

test("a closed conversation says so where one would write, and is opened again", async () => {
  const app = talk({ status: "closed", resolution_reason: "duplicate" });
  await screen.findByText(/This conversation is closed · Duplicate/);
  expect(screen.queryByRole("button", { name: "Resolve" })).toBeNull();
  await app.user.click(screen.getByRole("button", { name: "Reopen" }));
  await waitFor(() => expect(screen.queryByText(/This conversation is closed/)).toBeNull());
  expect(app.server.conversations[0]?.status).toBe("open");
});

test("what is closed is put away, and taken out again; what is open is not put away", async () => {
  const app = talk({ status: "closed" });
  await screen.findByText(/This conversation is closed/);
  await app.user.click(screen.getByRole("button", { name: "More" }));
  await app.user.click(await screen.findByRole("menuitem", { name: "Archive" }));
  await screen.findByText("This conversation is archived");
  await app.user.click(screen.getByRole("button", { name: "Reopen" }));
  await waitFor(() => expect(app.server.conversations[0]?.status).toBe("open"));
  await waitFor(() => expect(screen.queryByRole("button", { name: "More" })).toBeNull());
});

test("a colleague is given the conversation, and it is taken away again", async () => {
  const app = talk();
  await ready();
  await app.user.click(screen.getByRole("button", { name: "Assign" }));
  await app.user.click(await screen.findByRole("menuitem", { name: /Tom Becker/ }));
  await app.user.click(await screen.findByRole("button", { name: "Tom Becker" }));
  await app.user.click(await screen.findByRole("menuitem", { name: "To nobody" }));
  await screen.findByRole("button", { name: "Assign" });
  expect(app.server.asked("POST /v2/conversation/:id/assign").map(({ body }) => body)).toEqual([{ assigned_to: tom.id }, { assigned_to: null }]);
});

test.each([
  ["asked", "The customer asked for a person"],
  ["no_answer", "The assistant found no answer"],
  ["turns", "The assistant has tried long enough"],
  ["budget", "The assistant's budget is used up"],
  ["agent", "Taken over from the assistant"],
] as const)("a conversation that the assistant left because of %s says why", async (reason, words) => {
  talk({ handoff_reason: reason });
  expect(await screen.findByText(words)).toBeTruthy();
});

test("who else looks is said quietly, who else writes loudly, and who turns away is gone", async () => {
  const app = talk();
  await ready();
  act(() => void app.sockets.welcome());
  const says = (more: object) => act(() => app.sockets.last.receive({ type: "presence", conversation_id: here, viewing: true, typing: false, agent: { id: tom.id, name: tom.name }, expires_in: 60, ...more }));
  says({});
  const line = (await screen.findByText("Tom Becker is looking, too")).closest("[role=status]") as HTMLElement;
  expect(line.dataset.writing).toBeUndefined();
  says({ typing: true });
  await screen.findByText("Tom Becker is writing a reply");
  expect(line.dataset.writing).toBe("true");
  says({ viewing: false });
  await waitFor(() => expect(screen.queryByText(/Tom Becker is/)).toBeNull());
});

test("one's own other tab is nobody else", async () => {
  const app = talk();
  await ready();
  act(() => void app.sockets.welcome());
  act(() => app.sockets.last.receive({ type: "presence", conversation_id: here, viewing: true, typing: true, agent: { id: user().id, name: user().name }, expires_in: 60 }));
  expect(screen.queryByText(/Sarah Johnson is/)).toBeNull();
});

test("a letter too many cannot be sent, and the field says how many are left", async () => {
  const app = talk({}, (server) => server.me && (server.me.limits = { ...server.me.limits, message_length: 12 }));
  await app.user.type(await ready(), "twelve chars");
  expect(screen.getByText("0 characters left")).toBeTruthy();
  const send = screen.getByRole<HTMLButtonElement>("button", { name: "Send" });
  expect(send.disabled).toBe(false);
  await app.user.keyboard("!");
  expect(send.disabled).toBe(true);
  await app.user.keyboard("{Enter}");
  expect(app.server.asked("POST /v2/conversation/:id/message")).toHaveLength(0);
});

test("a note looks and is named unlike a reply, so that none is sent by mistake", async () => {
  const app = talk();
  const reply = await ready();
  expect(screen.getByRole("button", { name: "Send" })).toBeTruthy();
  await app.user.click(screen.getByRole("tab", { name: "Note" }));
  expect(screen.queryByRole("button", { name: "Send" })).toBeNull();
  expect(screen.getByRole("button", { name: "Add note" })).toBeTruthy();
  expect(screen.getByText("Customers never see this")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Copilot" })).toBeNull();
  expect(reply.closest("[data-mode]")?.getAttribute("data-mode")).toBe("note");
});
