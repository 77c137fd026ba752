import { screen, waitFor } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { open } from "../fake/open.js";
import { conversation, id, message } from "../fake/rows.js";

test("a call that nobody answers is given up, and made again under the same key", async () => {
  const patience = new AbortController();
  vi.spyOn(AbortSignal, "timeout").mockReturnValueOnce(patience.signal);
  const app = open(`/inbox/${id("conv", 1)}`, (server) => {
    server.conversations = [conversation(1)];
    server.messages = [message(1)];
  });
  const { fetch } = globalThis;
  const keys: (string | null)[] = [];
  vi.stubGlobal("fetch", (request: Request) => {
    if (!request.url.endsWith("/message")) return fetch(request);
    keys.push(request.headers.get("Idempotency-Key"));
    if (keys.length > 1) return fetch(request);
    return new Promise((_, reject) => request.signal.addEventListener("abort", () => reject(request.signal.reason as Error)));
  });
  await app.user.type(await screen.findByRole("combobox", { name: "Reply to Visitor 1" }), "Anybody?{Enter}");
  await waitFor(() => expect(keys).toHaveLength(1));
  patience.abort(new DOMException("Timed out", "TimeoutError"));
  await waitFor(() => expect(app.server.messages.at(-1)?.content).toBe("Anybody?"));
  expect(keys[1]).toBe(keys[0]);
});
