import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { Refusal } from "./fake/server.js";
import { me } from "./fake/rows.js";
import { open } from "./fake/open.js";

const loggedIn = { user: me().user, account: { id: "org_1", name: "Example Shop" }, totp_enabled: false, expires_at: "2026-02-24T14:20:00.000000Z" };

/** A browser without a session, at an address that needs one. */
function strange(path = "/contacts") {
  return open(path, (server) => {
    server.me = null;
    server.on("POST /v2/auth/login", ({ body }) => {
      const { password, totp } = body as { password: string; totp?: string };
      if (password === "wrong") return new Refusal(401, "unauthorized", "Invalid e-mail or password");
      if (password === "two" && totp !== "123456") return new Refusal(401, "unauthorized", "A code is needed", { totp_required: true });
      server.me = me();
      return loggedIn;
    });
  });
}

async function give(app: ReturnType<typeof open>, password: string) {
  await app.user.type(await screen.findByLabelText("E-mail"), "sarah@example.com");
  await app.user.type(screen.getByLabelText("Password"), password);
  await app.user.click(screen.getByRole("button", { name: "Log in" }));
}

test("who is not logged in comes to the login, and from there to where they wanted to go", async () => {
  const app = strange();
  await give(app, "right");
  expect(await screen.findByRole("heading", { name: "Contacts" })).toBeTruthy();
  expect(app.router.state.location.pathname).toBe("/contacts");
});

test("a wrong password is said, and nothing else is", async () => {
  const app = strange();
  await give(app, "wrong");
  expect((await screen.findByRole("alert")).textContent).toBe("E-mail or password is not right.");
});

test("a second factor is asked for, and a wrong code is said", async () => {
  const app = strange();
  await give(app, "two");
  const field = await screen.findByLabelText("Code");
  await app.user.type(field, "000000{Enter}");
  expect((await screen.findByRole("alert")).textContent).toBe("This code is not right.");
  await app.user.clear(screen.getByLabelText("Code"));
  await app.user.type(screen.getByLabelText("Code"), "123456{Enter}");
  expect(await screen.findByRole("heading", { name: "Contacts" })).toBeTruthy();
});

test("a session that ends elsewhere leads back to the login", async () => {
  const app = open("/contacts", (server) => server.on("GET /v2/contacts", () => new Refusal(401, "unauthorized")));
  await screen.findByRole("heading", { name: "Contacts" });
  app.server.me = null;
  await app.queries.refetchQueries();
  await waitFor(() => expect(app.router.state.location.pathname).toBe("/login"));
  expect((await screen.findByRole("alert")).textContent).toContain("Your session is over");
});

test("test mode says so, and every call asks for the sandbox", async () => {
  const app = open("/contacts");
  await app.user.click(await screen.findByRole("button", { name: /Your account/ }));
  await app.user.click(await screen.findByRole("menuitemcheckbox", { name: "Test mode" }));
  await screen.findByText("You are in test mode: nothing here is real");
  await waitFor(() => expect(app.server.calls.at(-1)?.headers.get("X-Sandbox")).toBe("1"));
});
