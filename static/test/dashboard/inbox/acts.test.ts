import { QueryClient } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import { ApiError } from "../../../src/dashboard/api/errors.js";
import { every } from "../../../src/dashboard/api/every.js";
import { keys } from "../../../src/dashboard/api/keys.js";
import { perform } from "../../../src/dashboard/inbox/acts.js";
import { saveFilter, savedFilters } from "../../../src/dashboard/inbox/saved.js";
import { chooseNotices } from "../../../src/dashboard/live/prefs.js";
import { patchConversation } from "../../../src/dashboard/live/apply.js";
import { conversation, id, page } from "../fake/rows.js";
import { FakeV2 } from "../fake/server.js";

const here = id("conv", 1);
const lost = new ApiError({ code: 0, kind: "unreachable", message: "" });

test("what failed is taken back, but not what came meanwhile; then it is read anew", async () => {
  const server = new FakeV2().install();
  server.offline = true;
  const queries = new QueryClient();
  queries.setQueryData(keys.conversation(here), conversation(1));
  const now = () => queries.getQueryData<ReturnType<typeof conversation>>(keys.conversation(here));
  const call = async () => {
    patchConversation(queries, here, (c) => ({ ...c, last_message_preview: "News", unread_count: 4 }));
    throw lost;
  };
  await expect(perform(queries, here, { change: (c) => ({ ...c, priority: "urgent" }), call })).rejects.toBe(lost);
  expect(now()).toMatchObject({ priority: "normal", last_message_preview: "News", unread_count: 4 });
  server.offline = false;
  server.conversations = [conversation(1, { priority: "urgent" })];
  await expect(perform(queries, here, { change: (c) => ({ ...c, priority: "high" }), call: () => Promise.reject(lost) })).rejects.toBe(lost);
  await vi.waitFor(() => expect(now()?.priority).toBe("urgent"));
});

test("a list is read to its end", async () => {
  const rows = Array.from({ length: 230 }, (_, i) => i);
  const read = await every(({ limit, offset }) => Promise.resolve(page(rows.slice(offset, offset + limit), limit, offset, rows.length)));
  expect(read.data).toEqual(rows);
});

test("choices hold where the storage takes nothing", async () => {
  const full = vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new DOMException("Full", "QuotaExceededError");
  });
  try {
    saveFilter("Urgent", { priority: "urgent" });
    expect(savedFilters.get().map(({ name }) => name)).toContain("Urgent");
    expect(await chooseNotices({ sound: true })).toMatchObject({ sound: true });
  } finally {
    full.mockRestore();
    savedFilters.set([]);
    await chooseNotices({ sound: false });
  }
});
