import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { firstQuery } from "../../../src/dashboard/guide/progress.js";
import { gateway, inTurn } from "../fake/answers.js";
import { open } from "../fake/open.js";
import { site } from "../fake/pages.js";
import { conversation, me, message, page, user } from "../fake/rows.js";
import { type FakeV2, Refusal } from "../fake/server.js";

const guide = (prepare: (server: FakeV2) => void) => open("/welcome", (server) => (server.on("GET /v2/sites", () => page([site()])), prepare(server)));
const steps = () => screen.getAllByRole("listitem", { hidden: true }).filter((one) => one.dataset.done !== undefined).map(({ dataset }) => dataset.done);
const answers = (...by: [by: "contact" | "user" | "assistant", internal?: boolean][]) => page(by.map(([sent_by, internal = false], i) => message(i + 1, { sent_by: sent_by as "user", internal })));

test("somebody writes while the guide is open: its steps are done without a touch", async () => {
  const app = guide(() => undefined);
  await screen.findByText("As soon as somebody writes, it appears here.");
  expect(steps()).toEqual(["false", "false", "false"]);
  app.server.conversations = [conversation(1)];
  app.server.on("GET /v2/conversation/:id/messages", inTurn(answers(["contact"]), answers(["contact"], ["user", true], ["assistant"]), answers(["contact"], ["user"])));
  for (const [done, value] of [["false", 2], ["false", 2], ["true", 3]] as const) {
    await app.queries.refetchQueries(firstQuery);
    // Neither a note nor the assistant's word is an answer of the team.
    await waitFor(() => expect(steps()).toEqual(["true", "true", done]));
    expect(screen.getByRole<HTMLProgressElement>("progressbar", { name: "Progress" }).value).toBe(value);
  }
  expect(screen.getByText(/That was your first conversation/).closest('[role="status"]')).not.toBeNull();
});

test("it is asked every so often until there was an answer, and never after", () => {
  const every = firstQuery.refetchInterval as (query: { state: { data?: { answered: boolean } } }) => number | false;
  expect([every({ state: {} }), every({ state: { data: { answered: false } } }), every({ state: { data: { answered: true } } })]).toEqual([4000, 4000, false]);
});

test("a guide whose figures cannot be read is a guide all the same, without a site and with one", async () => {
  guide((server) => {
    server.on("GET /v2/conversations", gateway);
    server.on("GET /v2/sites", () => new Refusal(500, "internal_error"));
  });
  expect((await screen.findByRole("link", { name: "Open the demo shop" })).getAttribute("href")).toBe("/demo");
  expect(steps()).toEqual(["false", "false", "false"]);
  expect(screen.queryByRole("alert")).toBeNull();
});

test("done steps are called done for whoever does not see the tick, and a site's key is safe in the address", async () => {
  guide((server) => {
    server.me = me({ user: user({ name: "Ines" }) });
    server.conversations = [conversation(1)];
    server.on("GET /v2/sites", () => page([site(1, { site_key: "pk&x=1" })]));
  });
  expect(await screen.findByRole("heading", { name: "Welcome, Ines" })).toBeTruthy();
  expect(await screen.findByRole("heading", { name: "Write as a customer would (done)" })).toBeTruthy();
  await waitFor(() => expect(screen.getByRole("link", { name: "Open the demo shop" }).getAttribute("href")).toBe("/demo?site_key=pk%26x%3D1"));
  expect(within(screen.getByRole("navigation", { name: "Main" })).queryByRole("link", { name: "Get started" })).toBeNull();
});
