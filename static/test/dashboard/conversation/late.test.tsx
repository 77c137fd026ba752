import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { open } from "../fake/open.js";
import { conversation, id, message, page } from "../fake/rows.js";
import { type FakeV2, Refusal } from "../fake/server.js";

const [here, there] = [id("conv", 1), id("conv", 2)];

/** Two conversations, the first one open. */
function talk(prepare: (server: FakeV2) => void = () => undefined) {
  return open(`/inbox/${here}`, (server) => {
    server.conversations = [conversation(1), conversation(2)];
    server.messages = [message(1)];
    prepare(server);
  });
}

const field = (n = 1) => screen.findByRole<HTMLTextAreaElement>("combobox", { name: `Reply to Visitor ${n}` });
const goTo = (app: ReturnType<typeof open>, conversation: string) => act(() => app.router.navigate({ to: "/inbox/$conversation", params: { conversation } }));

/** An answer that comes when the test says so. */
function held<T>() {
  let give: (value: T) => void = () => undefined;
  const answer = new Promise<T>((resolve) => (give = resolve));
  return { answer, give };
}

const received = (n: number, pos: number) => ({
  id: id("evt", pos),
  type: "message.received",
  timestamp: "2026-01-25T15:00:00.000000Z",
  pos,
  data: { conversation_id: here, message_id: id("msg", n), content: `News ${n}`, message_type: "text", status: "received", sent_at: `2026-01-25T15:00:${n}.000000Z`, sent_by: "contact", attachments: [] },
});

test("a draft made of one conversation never lands in another's field", async () => {
  const late = held<object>();
  const app = talk((server) => server.on("POST /v2/conversation/:id/suggest", () => late.answer));
  (await field()).focus();
  await app.user.keyboard("{Control>}j{/Control}");
  await waitFor(() => expect(app.server.asked("POST /v2/conversation/:id/suggest")).toHaveLength(1));
  await goTo(app, there);
  const other = await field(2);
  await act(async () => late.give({ content: "Only for the first.", citations: [] }));
  await waitFor(() => expect(app.queries.isMutating()).toBe(0));
  expect(other.value).toBe("");
  await goTo(app, here);
  expect((await field()).value).toBe("");
});

test("a command of the palette acts on the conversation that is open now", async () => {
  const app = talk();
  await field();
  await goTo(app, there);
  await field(2);
  await app.user.keyboard("{Escape}{Control>}k{/Control}");
  await app.user.type(await screen.findByRole("combobox", { name: "Commands" }), "assign to me{Enter}");
  await waitFor(() => expect(app.server.asked("POST /v2/conversation/:id/assign").map(({ params }) => params.id)).toEqual([there]));
});

test("the key that confirms a choice of the input method sends nothing, in browsers that call it finished, too", async () => {
  const app = talk();
  const reply = await field();
  await app.user.type(reply, "こんにちは");
  fireEvent.keyDown(reply, { key: "Enter", keyCode: 229 });
  expect(reply.value).toBe("こんにちは");
  expect(app.server.asked("POST /v2/conversation/:id/message")).toEqual([]);
});

test("a message that overtakes the first answer about its conversation is not lost", async () => {
  const late = held<object>();
  const app = talk((server) => server.on("GET /v2/conversation/:id/messages", () => late.answer));
  await field();
  act(() => void app.sockets.welcome());
  await waitFor(() => expect(app.server.asked("GET /v2/conversation/:id/messages").length).toBeGreaterThan(0));
  act(() => app.sockets.last.receive(received(50, 11)));
  await act(async () => late.give(page([message(1)])));
  await screen.findByText("Message 1");
  await waitFor(() => expect(app.queries.getQueryData(["messages", here])).toMatchObject({ total: 2, messages: [{ content: "Message 1" }, { content: "News 50" }] }));
});

test("where it cannot be told that something was read, it is not told without end", async () => {
  const app = talk((server) => server.on("POST /v2/conversation/:id/read", () => new Refusal(403, "forbidden")));
  await screen.findByText("Message 1");
  const asked = () => app.server.asked("POST /v2/conversation/:id/read").length;
  await waitFor(() => expect(asked()).toBe(1));
  const more = vi.waitFor(() => expect(asked()).toBeGreaterThan(1), { timeout: 1600 });
  await expect(more).rejects.toThrow();
});
