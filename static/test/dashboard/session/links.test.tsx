import { screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { tokenOf } from "../../../src/dashboard/session/token.js";
import { open } from "../fake/open.js";
import { me } from "../fake/rows.js";
import { type FakeV2, Refusal } from "../fake/server.js";

afterEach(() => void (location.hash = ""));

/** A page that one comes to by the link of a mail. */
function come(path: string, token: string | null, prepare: (server: FakeV2) => void = () => undefined) {
  location.hash = token ? `#token=${token}` : "";
  return open(path, (server) => {
    server.me = null;
    prepare(server);
  });
}

test("a token is what follows #token=", () => {
  expect(tokenOf("#token=rst_1")).toBe("rst_1");
  expect(tokenOf("")).toBeNull();
});

test("who forgot the password asks for a mail, and learns nothing of who has the address", async () => {
  const app = come("/reset", null, (server) => server.on("POST /v2/auth/reset", () => ({ ok: true })));
  await app.user.type(await screen.findByLabelText("E-mail"), "jane@example.com{Enter}");
  expect((await screen.findByRole("status")).textContent).toContain("If somebody has this address");
  expect(app.server.asked("POST /v2/auth/reset")[0]?.body).toEqual({ email: "jane@example.com" });
});

test("a server without mail says so", async () => {
  come("/reset", null, (server) => server.on("GET /v2/auth/methods", () => ({ password: true, oidc: false, mail: false })));
  expect((await screen.findByRole("alert")).textContent).toContain("cannot send mail");
});

test("with the link one chooses a new password, and with a spent one asks for another", async () => {
  let spent = false;
  const app = come("/reset", "rst_1", (server) => server.on("POST /v2/auth/reset/confirm", () => (spent ? new Refusal(400, "invalid_input", "Bad token", { field: "token" }) : { ok: true })));
  spent = true;
  await app.user.type(await screen.findByLabelText("New password"), "a long passphrase{Enter}");
  expect((await screen.findByRole("alert")).textContent).toContain("used or too old");
  spent = false;
  await app.user.click(screen.getByRole("button", { name: "Set the password" }));
  expect((await screen.findByRole("status")).textContent).toContain("Your password is changed");
  expect(app.server.asked("POST /v2/auth/reset/confirm")[1]?.body).toEqual({ token: "rst_1", password: "a long passphrase" });
});

test("an invited person chooses a password, and is in", async () => {
  const app = come("/invitation", "inv_1", (server) =>
    server.on("POST /v2/auth/invitations/accept", () => {
      server.me = me();
      return {};
    }),
  );
  await app.user.type(await screen.findByLabelText("Your name"), "Tom");
  await app.user.type(screen.getByLabelText("Password"), "a long passphrase{Enter}");
  await waitFor(() => expect(app.router.state.location.pathname).toBe("/inbox"));
  expect(app.server.asked("POST /v2/auth/invitations/accept")[0]?.body).toEqual({ token: "inv_1", name: "Tom", password: "a long passphrase" });
});

test("an invitation without a token is none", async () => {
  come("/invitation", null);
  expect((await screen.findByRole("alert")).textContent).toContain("used or too old");
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Join" }).disabled).toBe(true);
});

test("an address of several accounts asks which, and logs in to that one", async () => {
  const app = come("/login", null, (server) =>
    server.on("POST /v2/auth/login", ({ body }) => {
      if (!(body as { account?: string }).account) return new Refusal(409, "conflict", "Several", { accounts: [{ id: "org_1", name: "Shop" }, { id: "org_2", name: "Studio" }] });
      server.me = me();
      return {};
    }),
  );
  await app.user.type(await screen.findByLabelText("E-mail"), "jane@example.com");
  await app.user.type(screen.getByLabelText("Password"), "x{Enter}");
  await app.user.click(await screen.findByRole("button", { name: "Studio" }));
  await waitFor(() => expect(app.router.state.location.pathname).toBe("/inbox"));
  expect(app.server.asked("POST /v2/auth/login")[1]?.body).toMatchObject({ account: "org_2" });
});

test("what the identity provider refused is said, and its button is there where it is set up", async () => {
  come("/?login_error=unknown", null, (server) => server.on("GET /v2/auth/methods", () => ({ password: true, oidc: true, mail: true })));
  expect((await screen.findByRole("alert")).textContent).toBe("Nobody here has this verified address.");
  expect((await screen.findByRole("link", { name: "Continue with single sign-on" })).getAttribute("href")).toBe("/v2/auth/oidc");
});

test("logging out ends the session and leaves nothing of it", async () => {
  const app = open("/inbox", (server) => server.on("POST /v2/auth/logout", () => ({ ok: true })));
  await app.user.click(await screen.findByRole("button", { name: /Your account/ }));
  app.server.me = null;
  await app.user.click(await screen.findByRole("menuitem", { name: "Log out" }));
  await screen.findByLabelText("E-mail");
  expect(app.queries.getQueryData(["me"])).toBeUndefined();
});
