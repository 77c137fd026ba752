import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { every } from "../../../src/dashboard/api/every.js";
import { seeded } from "../../fake/random.js";
import { gateway, hold, inTurn, paged } from "../fake/answers.js";
import { put } from "../fake/hands.js";
import { open } from "../fake/open.js";
import { apiKey, channel, kind, session, site, webhook } from "../fake/pages.js";
import { id, user } from "../fake/rows.js";

const rows = <T,>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i + 1));
const at = "2026-01-25T14:20:00.000000Z";
const label = (n: number) => ({ id: id("lbl", n), name: `label ${n}`, color: "#0a6a57", created_at: at, updated_at: at });
const canned = (n: number) => ({ id: id("can", n), shortcut: `reply${n}`, content: `Answer ${n}`, created_at: at, updated_at: at });
const member = (n: number) => user({ id: id("usr", n), name: `Member ${n}`, email: `m${n}@example.com`, role: "agent" });

test.each<[tab: string, list: string, address: string, make: (n: number) => unknown]>([
  ["labels", "Labels", "GET /v2/labels", label],
  ["canned", "Canned replies", "GET /v2/canned", canned],
  ["team", "Team", "GET /v2/users", member],
  ["security", "Where you are logged in", "GET /v2/auth/sessions", (n) => session(n)],
  ["webhooks", "Webhooks", "GET /v2/webhooks", (n) => webhook(n)],
  ["channels", "Channels", "GET /v2/channels", (n) => channel(n)],
  ["keys", "API keys", "GET /v2/keys", (n) => apiKey(n)],
  ["sites", "Sites and widget", "GET /v2/sites", (n) => site(n)],
])("settings/%s shows the last of %s that fill more than one answer of the server", async (tab, list, address, make) => {
  const app = open(`/settings/${tab}`, (server) => {
    server.on(address, paged(rows(4, make)));
    server.on("GET /v2/channels/kinds", () => ({ data: [kind()] }));
  });
  await waitFor(() => expect(screen.getByRole("list", { name: list, hidden: true }).children).toHaveLength(4));
  expect(app.server.asked(address).filter(({ query }) => query.get("limit") === "100").map(({ query }) => query.get("offset"))).toEqual(expect.arrayContaining(["0", "3"]));
});

test("who was invited as the fourth is listed as invited, and not twice", async () => {
  open("/settings/team", (server) => {
    server.on("GET /v2/users", paged(rows(4, member)));
    server.on("GET /v2/auth/invitations", paged(rows(4, (n) => ({ user: member(n), sent_at: at, expires_at: "2030-01-01T00:00:00Z" }))));
  });
  await waitFor(() => expect(screen.getByRole("list", { name: "Invited", hidden: true }).children).toHaveLength(4));
  expect(screen.getByRole("list", { name: "Team", hidden: true }).children).toHaveLength(0);
});

test("what is searched for among canned replies is searched for in every stretch, and the rows before stay until it is there", async () => {
  const app = open("/settings/canned", (server) => server.on("GET /v2/canned", paged(rows(3, canned))));
  await screen.findByText("/reply3");
  const held = hold(app.server, "GET /v2/canned", ({ query }) => paged(query.get("search") === "thanks" ? rows(4, (n) => ({ ...canned(n), shortcut: `thanks${n}` })) : [])({ query } as never));
  await put("Search canned replies", "thanks");
  await waitFor(() => expect(held.waiting).toBe(1));
  expect(screen.getByText("/reply3")).toBeTruthy();
  held.release();
  await waitFor(() => expect(held.waiting).toBe(1));
  expect(screen.queryByText("/thanks1")).toBeNull();
  held.release();
  await screen.findByText("/thanks4");
  expect(app.server.asked("GET /v2/canned").slice(1).map(({ query }) => `${query.get("search")} ${query.get("offset")}`)).toEqual(["thanks 0", "thanks 3"]);
});

test("a list whose second half cannot be read is not shown as if it were whole", async () => {
  open("/settings/labels", (server) => server.on("GET /v2/labels", ({ query }) => (query.get("offset") === "0" ? paged(rows(4, label))({ query } as never) : gateway())));
  const told = await screen.findByRole("alert");
  expect(within(told).getByText("Reference: req_proxy")).toBeTruthy();
  expect(screen.queryByText("label 1")).toBeNull();
});

test("a list is read anew after it failed, from its beginning", async () => {
  const app = open("/settings/labels", (server) => server.on("GET /v2/labels", inTurn(gateway, paged(rows(4, label)))));
  await app.user.click(await screen.findByRole("button", { name: "Try again" }));
  await screen.findByText("label 4");
  expect(screen.queryByRole("alert")).toBeNull();
});

test("every row is read once and in order, whatever the lengths of list and stretches", async () => {
  const random = seeded(20_260_125);
  for (let round = 0; round < 60; round++) {
    const [total, most] = [Math.floor(random() * 450), 1 + Math.floor(random() * 100)];
    const all = rows(total, (n) => n);
    const asked: number[] = [];
    const { data } = await every(({ limit, offset }) => {
      asked.push(offset);
      const part = all.slice(offset, offset + Math.min(limit, most));
      return Promise.resolve({ data: part, pagination: { has_more: offset + part.length < total } });
    });
    expect(data, `${total} rows by ${most}`).toEqual(all);
    expect(asked).toHaveLength(Math.max(1, Math.ceil(total / most)));
  }
});

test("a server that says that there is more, and gives nothing, is not asked for ever", async () => {
  let calls = 0;
  const { data } = await every(() => Promise.resolve({ data: calls++ === 0 ? [1] : [], pagination: { has_more: true } }));
  expect([data, calls]).toEqual([[1], 2]);
});
