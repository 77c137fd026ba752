import { act, screen } from "@testing-library/react";
import type { Schemas } from "../../../src/dashboard/api/client.js";
import { open } from "./open.js";
import { conversation, id, message, user } from "./rows.js";
import type { FakeV2 } from "./server.js";

/** Two conversations, and the first one's only message. */
export const [here, there] = [id("conv", 1), id("conv", 2)];

/** A colleague. */
export const tom = user({ id: id("usr", 2), name: "Tom Becker", email: "tom@example.com", role: "agent" });

/** A file as the server keeps it. */
export const file = (n = 1, change: Partial<Schemas["Attachment"]> = {}): Schemas["Attachment"] => ({ id: id("att", n), filename: `file-${n}.txt`, content_type: "text/plain", size: 3, width: null, height: null, url: `/v2/attachments/${id("att", n)}`, ...change });

/** Two conversations, the first one open; `change` is what is special about it. */
export function talk(prepare: (server: FakeV2) => void = () => undefined, change: Partial<Schemas["Conversation"]> = {}) {
  return open(`/inbox/${here}`, (server) => {
    server.conversations = [conversation(1, { unread_count: 0, ...change }), conversation(2, { unread_count: 0 })];
    server.messages = [message(1)];
    server.users = [user(), tom];
    prepare(server);
  });
}

/** The dashboard, open. */
export type Desk = ReturnType<typeof open>;

/** Where one writes to the n-th visitor, or with another name to the team. */
export const field = (n = 1, name = `Reply to Visitor ${n}`) => screen.findByRole<HTMLTextAreaElement>("combobox", { name });

/** Goes to another conversation, as a click on its row does. */
export const goTo = (app: Desk, conversation: string) => act(() => app.router.navigate({ to: "/inbox/$conversation", params: { conversation } }));

/** An answer that comes when the test says so. */
export function held<T = unknown>() {
  let give: (value: T) => void = () => undefined;
  const answer = new Promise<T>((resolve) => (give = resolve));
  return { answer, give: (value: T) => act(async () => give(value)) };
}

/** Presses keys where the focus is; the letters of hotkeys want it outside of fields. */
export async function press(app: Desk, keys: string): Promise<void> {
  act(() => (document.activeElement as HTMLElement | null)?.blur());
  await app.user.keyboard(keys);
}

/** Drops files onto the composer, as from a folder. */
export const files = (...names: string[]) => names.map((name) => new File(["abc"], name, { type: "text/plain" }));

let place = 10;
/** The line is up, from a place in the log that no event of an earlier test has passed. */
export const lineUp = (app: Desk) => act(() => void app.sockets.welcome((place += 1)));

/** Something happens, and the socket tells. */
export const happens = (app: Desk, type: string, data: object) => act(() => app.sockets.last.receive(eventOf(type, data)));

/** An event of the log, each after the last one. */
export const eventOf = (type: string, data: object) => ({ id: id("evt", ++place), type, timestamp: "2026-01-25T15:00:00.000000Z", pos: place, data });

/** What the event of a customer's n-th message carries; its seconds are its number. */
export const said = (n: number, change: object = {}) => ({
  conversation_id: here,
  message_id: id("msg", n),
  content: `News ${n}`,
  message_type: "text" as const,
  status: "received" as const,
  sent_at: `2026-01-25T15:00:${String(n).padStart(2, "0")}.000000Z`,
  sent_by: "contact" as const,
  attachments: [],
  ...change,
});
