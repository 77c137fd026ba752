import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { agentMe, site } from "../fake/pages.js";
import { open } from "../fake/open.js";
import { conversation, id, message, page } from "../fake/rows.js";

test("an account without conversations is led to the demo page", async () => {
  open("/welcome", (server) => {
    server.on("GET /v2/sites", () => page([site()]));
    server.on("GET /v2/conversations", () => page([]));
  });
  expect(await screen.findByRole("heading", { name: "Welcome, Sarah" })).toBeTruthy();
  expect(await screen.findByText(/data-site-key="pk_live_1"/)).toBeTruthy();
  expect(screen.getByRole("link", { name: "Open the demo shop" }).getAttribute("href")).toBe("/demo?site_key=pk_live_1");
  expect(screen.getByText("As soon as somebody writes, it appears here.")).toBeTruthy();
  const nav = screen.getByRole("navigation", { name: "Main" });
  expect(await within(nav).findByRole("link", { name: "Get started" })).toBeTruthy();
});

test("the first message leads to its conversation, and its answer ends the guide", async () => {
  let answered = false;
  const app = open("/welcome", (server) => {
    server.on("GET /v2/conversations", () => page([conversation(1)]));
    server.on("GET /v2/conversation/:id/messages", () => page([message(1), ...(answered ? [message(2, { sent_by: "user" })] : [])]));
  });
  expect((await screen.findByRole("link", { name: "Open the conversation" })).getAttribute("href")).toBe(`/app/inbox/${id("conv", 1)}`);
  expect((screen.getByRole("progressbar") as HTMLProgressElement).value).toBe(2);
  answered = true;
  await app.queries.refetchQueries({ queryKey: ["conversations", "first"] });
  expect(await screen.findByText(/That was your first conversation/)).toBeTruthy();
  expect(screen.getByText("You have answered it.")).toBeTruthy();
  expect(screen.queryByText("It is waiting in your inbox.")).toBeNull();
});

test("a note is no answer, and an agent is not sent to settings", async () => {
  open("/welcome", (server) => {
    server.me = agentMe();
    server.on("GET /v2/conversations", () => page([conversation(1)]));
    server.on("GET /v2/conversation/:id/messages", () => page([message(2, { sent_by: "user", internal: true })]));
  });
  await screen.findByRole("link", { name: "Open the conversation" });
  await waitFor(() => expect(screen.queryByText(/That was your first/)).toBeNull());
  expect(screen.queryByRole("link", { name: "Invite your team" })).toBeNull();
});
