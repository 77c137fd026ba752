import { screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { speak } from "../../../src/dashboard/i18n/index.js";
import { open } from "../fake/open.js";
import { conversation, me, user } from "../fake/rows.js";
import { Refusal } from "../fake/server.js";

afterEach(() => speak("en"));

/** The menu of the person at the desk, open. */
async function menu(prepare?: Parameters<typeof open>[1]) {
  const app = open("/inbox", prepare);
  await app.user.click(await screen.findByRole("button", { name: "Your account: Sarah Johnson" }));
  await screen.findByRole("menuitemradio", { name: "Away" });
  return app;
}

/** What one of its lines offers beside it, opened by the keyboard. */
async function beside(app: Awaited<ReturnType<typeof menu>>, line: string, first: string) {
  screen.getByRole("menuitem", { name: line }).focus();
  await app.user.keyboard("{ArrowRight}");
  return within((await screen.findByText(first)).closest('[role="menu"]') as HTMLElement);
}

test("who goes away says so to the team, and a refusal is told", async () => {
  const app = await menu((server) => server.on("PATCH /v2/me", ({ body }) => user(body as object)));
  await app.user.click(screen.getByRole("menuitemradio", { name: "Away" }));
  await waitFor(() => expect(app.server.asked("PATCH /v2/me")[0]?.body).toEqual({ availability: "away" }));
  app.server.on("PATCH /v2/me", () => new Refusal(500, "internal_error"));
  if (!screen.queryByRole("menuitemradio", { name: "Online" })) await app.user.click(screen.getByRole("button", { name: "Your account: Sarah Johnson" }));
  const online = await screen.findByRole("menuitemradio", { name: "Online" });
  expect(online.getAttribute("aria-checked")).toBe("false");
  await app.user.click(online);
  expect(await screen.findByText("Something went wrong on our side.")).toBeTruthy();
});

test.each([
  [390, ["Search"]],
  [1280, []],
])("a window %i wide has the search in this menu where nothing else opens it", async (width, there) => {
  const { happyDOM, innerWidth } = window as typeof window & { happyDOM: { setViewport: (to: { width: number }) => void } };
  onTestFinished(() => happyDOM.setViewport({ width: innerWidth }));
  happyDOM.setViewport({ width });
  const app = await menu();
  expect(screen.queryAllByRole("menuitem", { name: "Search" }).map(({ textContent }) => textContent)).toEqual(there);
  if (there.length === 0) return;
  await app.user.click(screen.getByRole("menuitem", { name: "Search" }));
  const input = await screen.findByRole("combobox", { name: "Commands" });
  await waitFor(() => expect(screen.queryByRole("menuitem", { name: "Search" })).toBeNull());
  await app.user.keyboard("contacts");
  expect((input as HTMLInputElement).value).toBe("contacts");
  await app.user.keyboard("{Escape}");
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("button", { name: "Your account: Sarah Johnson" })));
});

test("test mode is another set of data, which every page says until it is left", async () => {
  const app = await menu((server) => {
    server.conversations = [conversation(1)];
    server.on("GET /v2/me", ({ headers }) => me({ sandbox: headers.get("X-Sandbox") === "1" }));
  });
  expect(screen.queryByText("You are in test mode: nothing here is real")).toBeNull();
  await app.user.click(screen.getByRole("menuitemcheckbox", { name: "Test mode" }));
  await screen.findByText("You are in test mode: nothing here is real");
  await waitFor(() => expect(app.server.asked("GET /v2/conversations").at(-1)?.headers.get("X-Sandbox")).toBe("1"));
  await app.user.click(screen.getByRole("button", { name: "Leave test mode" }));
  await waitFor(() => expect(screen.queryByText("You are in test mode: nothing here is real")).toBeNull());
  await waitFor(() => expect(app.server.asked("GET /v2/conversations").at(-1)?.headers.get("X-Sandbox")).toBeNull());
});

test("desktop notices are asked for when they are wished, and a browser that forbids them is told of", async () => {
  const ask = vi.fn(() => Promise.resolve("denied"));
  vi.stubGlobal("Notification", Object.assign(vi.fn(), { permission: "default", requestPermission: ask }));
  const app = await menu();
  const notices = await beside(app, "Notices", "Desktop notices");
  expect(ask).not.toHaveBeenCalled();
  await app.user.click(notices.getByRole("menuitemcheckbox", { name: "Desktop notices" }));
  expect(await screen.findByText("The browser does not allow notices for this page.")).toBeTruthy();
  expect(ask).toHaveBeenCalledOnce();
});

test("light and dark are chosen for this browser", async () => {
  const app = await menu();
  const looks = await beside(app, "Appearance", "Dark");
  await app.user.click(looks.getByRole("menuitemradio", { name: "Dark" }));
  await waitFor(() => expect(document.documentElement.dataset.mantineColorScheme).toBe("dark"));
});

test("six languages are offered by their own names, and the one that is spoken is ticked", async () => {
  const app = await menu();
  const tongues = await beside(app, "Language", "Deutsch");
  const offered = tongues.getAllByRole("menuitemradio");
  expect(offered.map((one) => [one.textContent, one.getAttribute("lang")])).toEqual([
    ["English", "en"],
    ["Français", "fr"],
    ["Deutsch", "de"],
    ["Español", "es"],
    ["日本語", "ja"],
    ["العربية", "ar"],
  ]);
  expect(offered.filter((one) => one.getAttribute("aria-checked") === "true").map((one) => one.textContent)).toEqual(["English"]);
  await app.user.click(tongues.getByRole("menuitemradio", { name: "Français" }));
  expect(await screen.findByRole("link", { name: "Réglages" })).toBeTruthy();
});
