import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Schemas } from "../../../src/dashboard/api/client.js";
import { dialog, press as click, put } from "../fake/hands.js";
import { conversation } from "../fake/rows.js";
import { Refusal } from "../fake/server.js";
import { type Desk, field, goTo, happens, held, here, lineUp, press, talk, there } from "../fake/talk.js";
import { versioned } from "../fake/versions.js";

/** A conversation on a server that takes changes by their versions. */
async function desk(change: Partial<Schemas["Conversation"]> = {}) {
  let store!: ReturnType<typeof versioned>;
  const app = talk((server) => (store = versioned(server, conversation(1, { unread_count: 0, ...change }))));
  await field();
  return { app, store };
}
const urgency = (name: string) => screen.findByRole("button", { name: `Priority: ${name}`, hidden: true });
const choose = async (name: string) => fireEvent.click(await screen.findByRole("menuitemradio", { name, hidden: true }));
const question = async () => (await screen.findByText("Somebody was faster")).closest('[role="alert"]') as HTMLElement;
const unasked = () => waitFor(() => expect(screen.queryByText("Somebody was faster")).toBeNull());

/** Opens the window with the subject by its key. Gives the field. */
async function writeSubject(app: Desk, text: string): Promise<HTMLInputElement> {
  await press(app, "s");
  await dialog("Change subject");
  return put("Subject", text);
}

test("a priority that somebody else chose while the menu was open is not chosen over unseen", async () => {
  const { app, store } = await desk();
  lineUp(app);
  fireEvent.click(await urgency("Normal"));
  const urgent = store.write({ priority: "urgent" });
  happens(app, "conversation.updated", { conversation_id: here, conversation: urgent });
  await choose("Low");
  expect((await question()).textContent).toContain("Priority of Visitor 1: now “Urgent”, you chose “Low”.");
  expect(await urgency("Urgent")).toBeTruthy();
  expect(store.row.priority).toBe("urgent");
  await click("Save mine");
  await urgency("Low");
  await unasked();
  expect(store.row.priority).toBe("low");
});

test("who leaves the others' priority is asked no more, and has changed nothing", async () => {
  const { store } = await desk();
  fireEvent.click(await urgency("Normal"));
  store.write({ priority: "high" });
  await choose("Low");
  await question();
  await click("Keep theirs");
  await unasked();
  await urgency("High");
  expect(store.row.priority).toBe("high");
});

test("what one chooses next is the answer to what was asked before", async () => {
  const { store } = await desk();
  fireEvent.click(await urgency("Normal"));
  store.write({ priority: "high" });
  await choose("Low");
  await question();
  await urgency("High");
  await choose("Urgent");
  await urgency("Urgent");
  await unasked();
  expect(store.row.priority).toBe("urgent");
});

test("one's own choices in quick succession, with labels between them, are nobody else's", async () => {
  const { app, store } = await desk();
  const answer = held();
  const take = app.server;
  let first = true;
  const patch = (asked: { body: unknown }) => store.write(asked.body as object);
  take.on("PATCH /v2/conversation/:id", async (asked) => {
    if (asked.headers.get("If-Match") !== `"${store.row.version}"`) return new Refusal(409, "conflict", "It has changed", { changed: [], version: store.row.version });
    const row = patch(asked);
    if (first) await answer.answer;
    first = false;
    return row;
  });
  fireEvent.click(await urgency("Normal"));
  await choose("High");
  await urgency("High");
  await choose("Urgent");
  await urgency("Urgent");
  expect(app.server.asked("PATCH /v2/conversation/:id"), "the second waits for what the first leaves").toHaveLength(1);
  store.write({ labels: ["vip"] });
  await answer.give(undefined);
  await waitFor(() => expect(store.row).toMatchObject({ priority: "urgent", labels: ["vip"] }));
  await urgency("Urgent");
  expect(screen.queryByText("Somebody was faster")).toBeNull();
});

test("a choice that is overtaken when one is elsewhere asks there, and says whose it is", async () => {
  const { app, store } = await desk();
  const answer = held();
  fireEvent.click(await urgency("Normal"));
  app.server.on("PATCH /v2/conversation/:id", async () => {
    await answer.answer;
    return new Refusal(409, "conflict", "It has changed", { changed: ["priority"], version: store.row.version });
  });
  await choose("Low");
  await goTo(app, there);
  await field(2);
  store.write({ priority: "high" });
  await answer.give(undefined);
  expect((await question()).textContent).toContain("Visitor 1");
});

test("a subject is given, shown over the conversation, and taken away", async () => {
  const { app, store } = await desk();
  await writeSubject(app, "  Two bowls ");
  await click("Save");
  await screen.findByRole("heading", { level: 2, name: /Visitor 1/ });
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(screen.getAllByText("Two bowls").length).toBeGreaterThan(0);
  expect(store.row.subject).toBe("Two bowls");
  const panel = within(screen.getByRole("complementary", { name: "Details" }));
  await click("Change subject", panel);
  fireEvent.submit((await put("Subject", "  ")).form as HTMLFormElement);
  await waitFor(() => expect(store.row.subject).toBeNull());
  expect(app.server.asked("PATCH /v2/conversation/:id").map(({ body }) => body)).toEqual([{ subject: "Two bowls" }, { subject: null }]);
});

test("a subject that is left as it is asks nothing of the server", async () => {
  const { app } = await desk({ subject: "Bowls" });
  await writeSubject(app, "Bowls ");
  await click("Save");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(app.server.asked("PATCH /v2/conversation/:id")).toHaveLength(0);
});

test("a subject that came in while one writes is shown beside one's own, which goes over it only when one says so", async () => {
  const { app, store } = await desk({ subject: "Bowls" });
  lineUp(app);
  const words = await writeSubject(app, "Two bowls");
  const theirs = store.write({ subject: "Rust bowls", labels: ["vip"] });
  happens(app, "conversation.updated", { conversation_id: here, conversation: theirs });
  await click("Save");
  const told = await screen.findByRole("alert");
  expect(within(told).getAllByRole("listitem").map((one) => one.textContent)).toEqual(["Subject: Rust bowls"]);
  expect([words.value, store.row.subject]).toEqual(["Two bowls", "Rust bowls"]);
  expect(screen.queryByText("Somebody was faster"), "it is said once").toBeNull();
  store.write({ subject: null });
  await click("Save mine");
  await within(await screen.findByRole("alert")).findByText("No subject");
  await click("Save mine");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(store.row).toMatchObject({ subject: "Two bowls", labels: ["vip"] });
});

test("others' labels, priorities and messages keep no subject from being saved", async () => {
  const { app, store } = await desk({ subject: "Bowls" });
  await writeSubject(app, "Two bowls");
  store.write({ labels: ["vip"], priority: "high", status: "closed" });
  await click("Save");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(store.row).toMatchObject({ subject: "Two bowls", labels: ["vip"], priority: "high", status: "closed" });
});

test("who takes the others' subject has changed nothing", async () => {
  const { app, store } = await desk({ subject: "Bowls" });
  await writeSubject(app, "Two bowls");
  store.write({ subject: "Rust bowls" });
  await click("Save");
  await screen.findByRole("alert");
  await click("Keep theirs");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(store.row.subject).toBe("Rust bowls");
  await waitFor(() => expect(screen.getAllByText("Rust bowls").length).toBeGreaterThan(0));
});

test("where the window was closed before the answer came, the question is asked beside it, and nothing typed is lost", async () => {
  const { app, store } = await desk({ subject: "Bowls" });
  const answer = held();
  await writeSubject(app, "Two bowls");
  app.server.on("PATCH /v2/conversation/:id", async () => {
    await answer.answer;
    app.server.on("PATCH /v2/conversation/:id", ({ body }) => store.write(body as object));
    return new Refusal(409, "conflict", "It has changed", { changed: ["subject"], version: store.row.version });
  });
  await click("Save");
  await click("Cancel");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  store.write({ subject: null });
  await answer.give(undefined);
  expect((await question()).textContent).toContain("Subject of Visitor 1: now “No subject”, you chose “Two bowls”.");
  await click("Save mine");
  await waitFor(() => expect(store.row.subject).toBe("Two bowls"));
});

test("a subject that cannot be saved says why, and stays as it was typed", async () => {
  const { app } = await desk();
  const words = await writeSubject(app, "Two bowls");
  app.server.offline = true;
  await click("Save");
  await screen.findByText("The server cannot be reached. Check your connection.");
  expect(words.value).toBe("Two bowls");
  app.server.offline = false;
  await act(() => Promise.resolve());
  await click("Save");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});
