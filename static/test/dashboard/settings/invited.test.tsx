import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Schemas } from "../../../src/dashboard/api/client.js";
import { open } from "../fake/open.js";
import { id, me, page, user } from "../fake/rows.js";
import type { FakeV2 } from "../fake/server.js";

const soon = new Date(Date.now() + 5 * 86_400_000).toISOString();
const sarah = user({ name: "Sarah" });
const aiko = user({ id: id("usr", 2), name: "Aiko", email: "aiko@example.com", role: "agent" });
const boss = user({ id: id("usr", 3), name: "Boss", email: "boss@example.com", role: "owner" });
const invitation = (who: Schemas["User"], change: Partial<Schemas["PendingInvitation"]> = {}): Schemas["PendingInvitation"] => ({
  user: who,
  sent_at: new Date(Date.now() - 2 * 86_400_000).toISOString(),
  expires_at: soon,
  ...change,
});

const team = (rows: Schemas["PendingInvitation"][], prepare: (server: FakeV2) => void = () => undefined) =>
  open("/settings/team", (server) => {
    server.users = [sarah, aiko, boss];
    server.on("GET /v2/auth/invitations", () => page(rows));
    prepare(server);
  });
const rowOf = async (name: string) => within((await within(await screen.findByRole("list", { name: "Invited" })).findByText(name)).closest("li") as HTMLElement);

test("who was invited and has not come stands apart from the team, with how long the link is good", async () => {
  team([invitation(aiko)]);
  const row = await rowOf("Aiko");
  expect(row.getByText(/Sent 2 days ago · good until/)).toBeTruthy();
  expect(row.queryByText("Over")).toBeNull();
  await waitFor(() => expect(within(screen.getByRole("list", { name: "Team" })).queryByText("Aiko")).toBeNull());
  expect(within(screen.getByRole("list", { name: "Team" })).getByText("Sarah")).toBeTruthy();
});

test("where nobody is awaited nothing is said of it", async () => {
  team([]);
  await screen.findByText("Aiko");
  expect(screen.queryByText("Invited")).toBeNull();
});

test("an invitation that is over is sent again, and without mail the new link is there to pass on", async () => {
  const app = team([invitation(aiko, { expires_at: "2026-01-01T00:00:00.000000Z" })], (server) =>
    server.on("POST /v2/auth/invitations/:id", () => ({ user: aiko, expires_at: soon, accept_url: "https://chat.example.com/app/invitation#token=inv_2" })),
  );
  const row = await rowOf("Aiko");
  expect(row.getByText("Over")).toBeTruthy();
  await app.user.click(row.getByRole("button", { name: "Send again: Aiko" }));
  expect(await row.findByText("https://chat.example.com/app/invitation#token=inv_2")).toBeTruthy();
  expect(await screen.findByText("The invitation to Aiko is sent again")).toBeTruthy();
  expect(app.server.asked("POST /v2/auth/invitations/:id")[0]?.path).toBe(`/v2/auth/invitations/${aiko.id}`);
});

test("an invitation is taken back after a question, and the person is gone", async () => {
  let rows = [invitation(aiko)];
  const app = team([], (server) => {
    server.on("GET /v2/auth/invitations", () => page(rows));
    server.on("DELETE /v2/auth/invitations/:id", () => {
      rows = [];
      server.users = [sarah, boss];
    });
  });
  await app.user.click((await rowOf("Aiko")).getByRole("button", { name: "Take back: Aiko" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Take back the invitation to Aiko?" }));
  expect(app.server.asked("DELETE /v2/auth/invitations/:id")).toHaveLength(0);
  await app.user.click(dialog.getByRole("button", { name: "Take back" }));
  await waitFor(() => expect(screen.queryByText("Aiko")).toBeNull());
  expect(app.server.asked("DELETE /v2/auth/invitations/:id")).toHaveLength(1);
});

test("an admin sees that an owner is invited, and leaves it to the owners", async () => {
  team([invitation(boss), invitation(aiko)], (server) => (server.me = me({ user: user({ role: "admin" }) })));
  expect((await rowOf("Boss")).queryByRole("button")).toBeNull();
  expect((await rowOf("Aiko")).getAllByRole("button")).toHaveLength(2);
});
