import { fireEvent, screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { open } from "../fake/open.js";
import { conversation, id, message } from "../fake/rows.js";
import type { FakeV2 } from "../fake/server.js";

/** One conversation, open. */
function talk(prepare: (server: FakeV2) => void = () => undefined) {
  return open(`/inbox/${id("conv", 1)}`, (server) => {
    server.conversations = [conversation(1)];
    server.messages = [message(1)];
    prepare(server);
  });
}
const field = () => screen.findByRole<HTMLTextAreaElement>("combobox", { name: "Reply to Visitor 1" });

test("an emoji goes where the caret is", async () => {
  const app = talk();
  const reply = await field();
  await app.user.type(reply, "Thank you!");
  reply.setSelectionRange(5, 5);
  await app.user.click(screen.getByRole("button", { name: "Emoji" }));
  await app.user.click(await screen.findByRole("button", { name: "👍" }));
  await waitFor(() => expect(reply.value).toBe("Thank👍 you!"));
  await waitFor(() => expect(screen.queryByRole("button", { name: "🎉" })).toBeNull());
});

test("a pasted file becomes an attachment, pasted text stays text", async () => {
  const app = talk();
  const reply = await field();
  const paste = (files: File[]) => fireEvent.paste(reply, { clipboardData: { files, getData: () => "words" } });
  expect(paste([]), "left to the browser").toBe(true);
  expect(app.server.calls.filter(({ method, path }) => method === "POST" && /attach|upload|file/.test(path))).toEqual([]);
  expect(paste([new File(["bowl"], "bowl.png", { type: "image/png" })]), "taken").toBe(false);
  await screen.findByText("bowl.png");
});
