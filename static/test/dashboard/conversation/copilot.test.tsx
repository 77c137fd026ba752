import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { open } from "../fake/open.js";
import { contact } from "../fake/pages.js";
import { conversation, id, message, page } from "../fake/rows.js";
import { type FakeV2, Refusal } from "../fake/server.js";

const here = id("conv", 1);

/** One conversation, open. */
function talk(prepare: (server: FakeV2) => void = () => undefined, change: Parameters<typeof conversation>[1] = {}) {
  return open(`/inbox/${here}`, (server) => {
    server.conversations = [conversation(1, change)];
    server.messages = [message(1)];
    prepare(server);
  });
}

const field = () => screen.findByRole<HTMLTextAreaElement>("combobox", { name: "Reply to Visitor 1" });
const ask = async (app: ReturnType<typeof open>, what: string) => {
  await app.user.click(await screen.findByRole("button", { name: "Copilot" }));
  await app.user.click(await screen.findByRole("menuitem", { name: what }));
};
const draft = { content: "You can send it back.", citations: [{ title: "Returns", article: "art_1" }] };

test("a proposed reply goes into an empty field to be edited, and is not sent", async () => {
  const app = talk((server) => server.on("POST /v2/conversation/:id/suggest", () => draft));
  await ask(app, "Suggest a reply");
  await waitFor(async () => expect((await field()).value).toBe("You can send it back."));
  await screen.findByText("Returns");
  expect(app.server.asked("POST /v2/conversation/:id/message")).toEqual([]);
});

test("what somebody has begun is not replaced unasked", async () => {
  const app = talk((server) => server.on("POST /v2/conversation/:id/suggest", () => draft));
  await app.user.type(await field(), "Mine");
  await ask(app, "Suggest a reply");
  const card = await screen.findByRole("region", { name: "Copilot" });
  expect((await field()).value).toBe("Mine");
  await app.user.click(within(card).getByRole("button", { name: "Use this" }));
  expect((await field()).value).toBe("You can send it back.");
});

test("a summary is shown, labels are put on by a click", async () => {
  const app = talk((server) => {
    server.on("POST /v2/conversation/:id/summary", () => ({ content: "She asks for a bowl." }));
    server.on("POST /v2/conversation/:id/suggest-labels", () => ({ labels: ["shipping"] }));
  });
  await ask(app, "Sum up");
  await screen.findByText("She asks for a bowl.");
  await ask(app, "Propose labels");
  await app.user.click(await screen.findByRole("button", { name: "+ shipping" }));
  await waitFor(() => expect(app.server.asked("POST /v2/conversation/:id/label")[0]?.body).toEqual({ labels: ["shipping"], action: "add" }));
});

test("where there is nothing to go on the copilot says so", async () => {
  const app = talk((server) => server.on("POST /v2/conversation/:id/summary", () => new Refusal(409, "conflict", "Nothing was said")));
  await ask(app, "Sum up");
  await screen.findByText("There is nothing to go on yet");
});

test("a conversation of the assistant is taken over, and given back", async () => {
  const app = talk(
    (server) => {
      server.on("POST /v2/conversation/:id/handoff", () => Object.assign(server.conversations[0] ?? {}, { assistant_active: false, handoff_reason: "agent" }));
      server.on("POST /v2/conversation/:id/release", () => Object.assign(server.conversations[0] ?? {}, { assistant_active: true, handoff_reason: null }));
    },
    { assistant_active: true },
  );
  await app.user.click(await screen.findByRole("button", { name: "Take over" }));
  await app.user.click(await screen.findByRole("button", { name: "Give back to the assistant" }));
  await screen.findByText("The assistant answers here");
});

test("why the assistant gave up is said", async () => {
  talk(() => undefined, { handoff_reason: "asked" } as object);
  await screen.findByText("The customer asked for a person");
});

test("two records of one person are merged beside the conversation, once it is seen what that does", async () => {
  const other = contact(9, { full_name: "Jane Roe", email: "j@example.com" });
  const app = talk((server) => {
    server.on("GET /v2/contact/:id", () => contact(1));
    server.on("GET /v2/contacts", () => page([other]));
    server.on("POST /v2/contact/:id/merge", () => other);
  });
  await app.user.click(await screen.findByRole("button", { name: "Merge contact…" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Merge into Visitor 1" }));
  await app.user.click(await dialog.findByRole("button", { name: "Choose: Jane Roe" }));
  expect(dialog.getByText(/All conversations of Jane Roe move to Visitor 1/)).toBeTruthy();
  expect(app.server.asked("POST /v2/contact/:id/merge")).toHaveLength(0);
  const read = app.server.asked("GET /v2/conversation/:id").length;
  await app.user.click(dialog.getByRole("button", { name: "Merge now" }));
  await screen.findByText("The contacts are merged");
  expect(app.server.asked("POST /v2/contact/:id/merge")[0]).toMatchObject({ params: { id: id("cnt", 1) }, body: { from: id("cnt", 9) } });
  await waitFor(() => expect(app.server.asked("GET /v2/conversation/:id").length).toBeGreaterThan(read));
});

test("a label is made by typing it", async () => {
  const app = talk();
  await field();
  await app.user.keyboard("l");
  await app.user.type(await screen.findByRole("combobox", { name: "Find or make a label" }), "fragile{Enter}");
  await waitFor(() => expect(app.server.conversations[0]?.labels).toEqual(["fragile"]));
});

test("priority is chosen from a list", async () => {
  const app = talk();
  await field();
  await app.user.keyboard("p");
  await app.user.click(await screen.findByRole("menuitemradio", { name: "Urgent" }));
  await screen.findByRole("button", { name: "Priority: Urgent" });
  expect(app.server.conversations[0]?.priority).toBe("urgent");
});
