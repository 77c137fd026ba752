import { act, screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { open } from "../fake/open.js";
import { conversation, id, message } from "../fake/rows.js";

const here = id("conv", 1);

/** A desk with a conversation open and the line up. */
async function live() {
  const app = open(`/inbox/${here}`, (server) => {
    server.conversations = [conversation(1), conversation(2)];
    server.messages = [message(1)];
  });
  await screen.findByText("Message 1");
  act(() => void app.sockets.welcome(10));
  await settled(app);
  return app;
}

/** Waits until nothing more is asked. */
async function settled(app: ReturnType<typeof open>) {
  let before = -1;
  await waitFor(
    () => {
      const now = app.server.calls.length;
      const same = now === before;
      before = now;
      expect(same && app.queries.isFetching() === 0).toBe(true);
    },
    { interval: 400 },
  );
}

const received = (n: number, pos: number, conversationID = here) => ({
  id: id("evt", pos),
  type: "message.received",
  timestamp: "2026-01-25T15:00:00.000000Z",
  pos,
  data: { conversation_id: conversationID, message_id: id("msg", n), content: `News ${n}`, message_type: "text", status: "received", sent_at: `2026-01-25T15:00:${String(n % 60).padStart(2, "0")}.${String(n).padStart(6, "0")}Z`, sent_by: "contact", attachments: [], conversation: { id: conversationID, status: "open", assigned_to: null, labels: [] } },
});

test("a message appears by the socket, in the thread and in the list, without a question", async () => {
  const app = await live();
  const before = app.server.asked("GET /v2/conversation/:id/messages").length;
  Object.assign(app.server.conversations[0] ?? {}, { last_message_preview: "News 50" });
  act(() => app.sockets.last.receive(received(50, 11)));
  await waitFor(() => expect(screen.getAllByText("News 50")).toHaveLength(2));
  expect(app.server.asked("GET /v2/conversation/:id/messages")).toHaveLength(before);
});

test("three hundred events are no storm: the lists are read a few times, threads not at all", async () => {
  const app = await live();
  const before = app.server.calls.length;
  for (let i = 0; i < 300; i++) act(() => app.sockets.last.receive(received(100 + i, 20 + i, i % 2 ? here : id("conv", 2))));
  await settled(app);
  const asked = app.server.calls.slice(before);
  expect(asked.filter(({ path }) => path.includes("/messages"))).toEqual([]);
  expect(asked.length).toBeLessThanOrEqual(20);
});

test("who comes back asks for what followed, and nothing is shown twice", async () => {
  const app = await live();
  act(() => app.sockets.last.receive(received(50, 11)));
  act(() => app.sockets.last.end());
  await waitFor(() => expect(app.sockets.opened).toHaveLength(2));
  act(() => app.sockets.last.open());
  expect(app.sockets.last.sent[0]).toEqual({ type: "hello", after: 11 });
  act(() => {
    app.sockets.last.receive({ type: "welcome", pos: 12, heartbeat: 25 });
    app.sockets.last.receive(received(50, 11));
    app.sockets.last.receive(received(51, 12));
  });
  await screen.findAllByText("News 51");
  expect(screen.getAllByText("News 50")).toHaveLength(1);
});

test("what the log has forgotten is read anew", async () => {
  const app = await live();
  app.server.messages.push(message(77));
  act(() => app.sockets.last.receive({ type: "resync", pos: 900 }));
  await screen.findByText("Message 77");
});

test("a lost connection is said quietly, and no longer when it is back", async () => {
  const app = await live();
  act(() => app.sockets.last.end());
  await screen.findByText(/You are offline/);
  await waitFor(() => expect(app.sockets.opened.length).toBeGreaterThan(1));
  act(() => void app.sockets.welcome());
  await waitFor(() => expect(screen.queryByText(/You are offline/)).toBeNull());
});

test("colleagues in the same conversation are told of each other, loudly when they answer", async () => {
  const app = await live();
  const tom = { type: "presence", conversation_id: here, agent: { id: id("usr", 2), name: "Tom Becker" }, viewing: true, typing: false, expires_in: 60 };
  act(() => app.sockets.last.receive(tom));
  await screen.findByText("Tom Becker is looking, too");
  expect(app.sockets.last.sent.filter(({ type, viewing }) => type === "presence" && viewing === true).length).toBeGreaterThan(0);
  act(() => app.sockets.last.receive({ ...tom, typing: true }));
  await screen.findByText("Tom Becker is writing a reply");
  act(() => app.sockets.last.receive({ ...tom, viewing: false }));
  await waitFor(() => expect(screen.queryByText(/Tom Becker/)).toBeNull());
});

test("the assistant's answer grows as it is made, and its message takes its place", async () => {
  const app = await live();
  const delta = (text: string) => act(() => app.sockets.last.receive({ type: "delta", id: "d1", conversation_id: here, author: "Pip", text }));
  delta("We are ");
  delta("open.");
  await screen.findByText("We are open.");
  act(() => app.sockets.last.receive({ ...received(60, 11), type: "message.sent", data: { ...received(60, 11).data, content: "We are open.", sent_by: "assistant" } }));
  await waitFor(() => expect(screen.getAllByText("We are open.")).toHaveLength(2));
});

test("what the server tells anew of an answer after a lost line does not stand there twice", async () => {
  const app = await live();
  const delta = (text: string) => act(() => app.sockets.last.receive({ type: "delta", id: "d1", conversation_id: here, author: "Pip", text }));
  delta("We are ");
  await screen.findByText("We are");
  act(() => app.sockets.last.end());
  await waitFor(() => expect(screen.queryByText("We are")).toBeNull());
  await waitFor(() => expect(app.sockets.opened).toHaveLength(2));
  act(() => void app.sockets.welcome(10));
  delta("We are open");
  delta(" today.");
  await screen.findByText("We are open today.");
});

test("the side panel follows the visitor from page to page", async () => {
  const app = await live();
  const at = (title: string, conversation_id = here) => act(() => app.sockets.last.receive({ type: "page", conversation_id, url: `https://shop.example.com/${title}`, title }));
  at("Bowls");
  expect((await screen.findByRole("link", { name: /Bowls/ })).getAttribute("href")).toBe("https://shop.example.com/Bowls");
  at("Plates");
  at("Elsewhere", id("conv", 2));
  await screen.findByRole("link", { name: /Plates/ });
  expect(screen.queryByRole("link", { name: /Bowls|Elsewhere/ })).toBeNull();
});

test("that the contact types is shown until the message comes", async () => {
  const app = await live();
  act(() => app.sockets.last.receive({ type: "typing", conversation_id: here, author: "Visitor 1", active: true }));
  expect((await screen.findAllByText("Visitor 1 is writing…")).length).toBe(2);
  act(() => app.sockets.last.receive(received(50, 11)));
  await waitFor(() => expect(screen.queryByText("Visitor 1 is writing…")).toBeNull());
});

test("what comes is said aloud, what was there is not; half an answer goes with the line", async () => {
  const app = await live();
  const aloud = () => document.querySelector('main [aria-live="polite"]')?.textContent;
  expect(screen.getByRole("log").getAttribute("aria-live")).toBe("off");
  expect(aloud()).toBe("");
  act(() => app.sockets.last.receive({ type: "delta", id: "d1", conversation_id: here, author: "Bot", text: "Half an ans" }));
  await screen.findByText("Half an ans");
  act(() => app.sockets.last.receive(received(50, 11)));
  await waitFor(() => expect(aloud()).toBe("Visitor 1: News 50"));
  act(() => app.sockets.last.end());
  await waitFor(() => expect(screen.queryByText("Half an ans")).toBeNull());
});
