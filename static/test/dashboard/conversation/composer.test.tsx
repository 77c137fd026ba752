import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { open } from "../fake/open.js";
import { conversation, id, message, page } from "../fake/rows.js";
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

test("the list is narrowed by the menu's choices, and by none of them again", async () => {
  const app = open("/inbox", (server) => {
    server.conversations = [conversation(1)];
    server.on("GET /v2/labels", () => page([]));
  });
  const choose = async (from: string, option: string) => {
    await app.user.click(await screen.findByRole("button", { name: "Filter and sort" }));
    await app.user.hover(await screen.findByRole("menuitem", { name: from }));
    await app.user.click(await screen.findByRole("menuitemradio", { name: option }));
  };
  await choose("Priority", "Urgent");
  await waitFor(() => expect(app.router.state.location.search).toEqual({ priority: "urgent" }));
  await waitFor(() => expect(app.server.asked("GET /v2/conversations").at(-1)?.query.get("priority")).toBe("urgent"));
  await app.user.keyboard("{Escape}");
  expect(within(document.body).getByRole("button", { name: "Remove the filter Urgent" })).toBeTruthy();
});
