import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { chooseLanguage, speak, wantedLanguage } from "../../../src/dashboard/i18n/index.js";
import { noticePrefs } from "../../../src/dashboard/live/prefs.js";
import { press, said } from "../fake/hands.js";
import { open } from "../fake/open.js";
import { conversation, message, user } from "../fake/rows.js";
import { Refusal } from "../fake/server.js";

afterEach(async () => {
  vi.restoreAllMocks();
  await speak("en");
});

/** The menu of the person at the desk, opened by the keyboard. */
async function menu(prepare?: Parameters<typeof open>[1]) {
  const app = open("/reports", prepare);
  const trigger = await screen.findByRole("button", { name: /Sarah Johnson/ });
  act(() => trigger.focus());
  await app.user.keyboard("{Enter}");
  await screen.findAllByRole("menuitemradio", { hidden: true });
  const line = (name: string) => screen.getByRole("menuitem", { name, hidden: true });
  const on = async (name: string, key: string) => {
    act(() => line(name).focus());
    await app.user.keyboard(key);
  };
  return { ...app, trigger, line, on };
}
const focused = () => document.activeElement as HTMLElement;

test.each([
  ["{Enter}", "Appearance", "Light"],
  [" ", "Language", "English"],
  ["{ArrowRight}", "Notices", "Desktop notices"],
])("the key %j opens the menu beside %s, and the focus is on its first line", async (key, name, first) => {
  const { on, line } = await menu();
  expect([line(name).getAttribute("aria-haspopup"), line(name).getAttribute("aria-expanded")]).toEqual(["menu", "false"]);
  await on(name, key);
  await waitFor(() => expect(focused().textContent).toBe(first));
  expect(line(name).getAttribute("aria-expanded")).toBe("true");
  expect(focused().closest('[role="menu"]')?.contains(line(name))).toBe(false);
});

test("from right to left the arrows are the other way round: left goes in, right goes out", async () => {
  await act(() => speak("ar"));
  const app = await menu();
  const name = "اللغة";
  await app.on(name, "{ArrowLeft}");
  await waitFor(() => expect(focused().getAttribute("lang")).toBe("en"));
  await app.user.keyboard("{ArrowDown}");
  await waitFor(() => expect(focused().getAttribute("lang")).toBe("fr"));
  await app.user.keyboard("{ArrowRight}");
  await waitFor(() => expect(focused()).toBe(app.line(name)));
  expect(screen.queryByRole("menuitemradio", { name: "Deutsch", hidden: true })).toBeNull();
});

test("the way out of a menu beside another leads back line by line, and at last to the button", async () => {
  const app = await menu();
  await app.on("Appearance", "{Enter}");
  await waitFor(() => expect(focused().textContent).toBe("Light"));
  await app.user.keyboard("{ArrowLeft}");
  await waitFor(() => expect(focused()).toBe(app.line("Appearance")));
  await app.user.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByRole("menuitem", { name: "Appearance" })).toBeNull());
  await waitFor(() => expect(focused()).toBe(app.trigger));
  expect(app.trigger.getAttribute("aria-expanded")).toBe("false");
});

test("one menu beside another is open at a time", async () => {
  const app = await menu();
  await app.on("Appearance", "{Enter}");
  await waitFor(() => expect(focused().textContent).toBe("Light"));
  expect(screen.getByRole("menuitemradio", { name: "Dark", hidden: true })).toBeTruthy();
  await app.on("Language", "{Enter}");
  await screen.findByRole("menuitemradio", { name: "Deutsch", hidden: true });
  await waitFor(() => expect(screen.queryByRole("menuitemradio", { name: "Dark", hidden: true })).toBeNull());
});

test("keys of the page keep still while a menu is open", async () => {
  const app = await menu();
  await app.on("Appearance", "gc");
  expect(app.router.state.location.pathname).toBe("/reports");
});

test("a look is chosen by the keyboard alone, ticked, and kept for this browser", async () => {
  const app = await menu();
  await app.on("Appearance", "{Enter}");
  await waitFor(() => expect(focused().textContent).toBe("Light"));
  await app.user.keyboard("{ArrowDown}{Enter}");
  await waitFor(() => expect(document.documentElement.dataset.mantineColorScheme).toBe("dark"));
  await waitFor(() => expect(screen.getByRole("menuitemradio", { name: "Dark", hidden: true }).getAttribute("aria-checked")).toBe("true"));
  expect(localStorage.getItem("mantine-color-scheme-value")).toBe("dark");
});

test("the sound is turned off and on for this browser, without asking the browser for anything", async () => {
  const ask = vi.fn(() => Promise.resolve("granted"));
  vi.stubGlobal("Notification", Object.assign(vi.fn(), { permission: "default", requestPermission: ask }));
  const app = await menu();
  await app.on("Notices", "{Enter}");
  const before = noticePrefs.get().sound;
  fireEvent.click(await screen.findByRole("menuitemcheckbox", { name: "Sound" }));
  await waitFor(() => expect(noticePrefs.get().sound).toBe(!before));
  expect(ask).not.toHaveBeenCalled();
});

test("an availability that is refused stays what it was, for the eye and for screen readers", async () => {
  await menu((server) => server.on("PATCH /v2/me", () => new Refusal(429, "rate_limited")));
  fireEvent.click(screen.getByRole("menuitemradio", { name: "Away" }));
  await said(/Too many requests/);
  await waitFor(() => expect(screen.getByRole("menuitemradio", { name: "Online", hidden: true }).getAttribute("aria-checked")).toBe("true"));
});

test("the name is changed in one place and said in all", async () => {
  const app = open("/reports");
  await screen.findByRole("button", { name: "Your account: Sarah Johnson" });
  app.server.me = { ...(app.server.me as NonNullable<typeof app.server.me>), user: user({ name: "Zoë" }) };
  await app.queries.refetchQueries({ queryKey: ["me"] });
  expect(await screen.findByRole("button", { name: "Your account: Zoë" })).toBeTruthy();
});

const empty = { data: [], has_more: false };
const results = (count: number) => ({ query: "x", conversations: empty, contacts: empty, articles: empty, messages: { data: Array.from({ length: count }, (_, i) => ({ message: message(i + 1), contact: { id: "cnt_1", full_name: `Hit ${i + 1}`, email: null, phone: null }, highlights: [] })), has_more: false } });

/** The palette, with something typed into it. */
async function palette(text: string, prepare: Parameters<typeof open>[1]) {
  const app = open("/reports", prepare);
  await screen.findByRole("heading", { name: "Reports" });
  await app.user.keyboard("{Control>}k{/Control}");
  const field = await screen.findByRole("combobox", { name: "Commands" });
  const type = (value: string) => fireEvent.change(field, { target: { value } });
  type(text);
  const active = () => document.getElementById(field.getAttribute("aria-activedescendant") ?? "")?.querySelector("bdi")?.textContent;
  return { ...app, field, type, active };
}

test("the chosen line of the palette goes round, is told, and is always one of those there are", async () => {
  const app = await palette("zz", (server) => server.on("GET /v2/search", ({ query }) => results(query.get("q") === "zz" ? 5 : 2)));
  await screen.findByText("Hit 5");
  await app.user.keyboard("{ArrowUp}");
  expect(app.active()).toBe("Hit 5");
  await app.user.keyboard("{ArrowDown}");
  expect(app.active()).toBe("Hit 1");
  app.type("zzz");
  // Until the new ones are here the old ones can be gone through.
  await app.user.keyboard("{ArrowDown}{ArrowDown}{ArrowDown}");
  expect(app.active()).toBe("Hit 4");
  await waitFor(() => expect(screen.queryByText("Hit 3")).toBeNull());
  expect(app.active()).toBe("Hit 2");
  expect(screen.getAllByRole("option").filter((one) => one.getAttribute("aria-selected") === "true")).toHaveLength(1);
});

test("Enter on nothing found does nothing, Escape closes, and the focus is back where it was", async () => {
  const app = open("/reports", (server) => server.on("GET /v2/search", () => results(0)));
  const trigger = await screen.findByRole("button", { name: "Search" });
  await app.user.click(trigger);
  fireEvent.change(await screen.findByRole("combobox", { name: "Commands" }), { target: { value: "qqqq" } });
  await said("Nothing found");
  await app.user.keyboard("{Enter}");
  expect(screen.getByRole("combobox", { name: "Commands" })).toBeTruthy();
  await app.user.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByRole("combobox", { name: "Commands" })).toBeNull());
  await waitFor(() => expect(focused()).toBe(trigger));
});

test("a search that fails leaves the commands, and one letter is not searched for", async () => {
  const app = await palette("go to con", (server) => server.on("GET /v2/search", () => new Refusal(500, "internal_error")));
  await waitFor(() => expect(app.server.asked("GET /v2/search")).toHaveLength(1));
  expect(screen.getByRole("option", { name: /Go to Contacts/ })).toBeTruthy();
  app.type("g");
  await waitFor(() => expect(screen.getAllByRole("option").length).toBeGreaterThan(1));
  expect(app.server.asked("GET /v2/search")).toHaveLength(1);
});

test("a click on what was found opens it, and the palette is gone", async () => {
  const app = await palette("hit", (server) => {
    server.conversations = [conversation(1)];
    server.on("GET /v2/search", () => results(1));
  });
  fireEvent.click(await screen.findByText("Hit 1"));
  await waitFor(() => expect(app.router.state.location.pathname).toBe(`/inbox/${conversation(1).id}`));
  expect(screen.queryByRole("combobox", { name: "Commands" })).toBeNull();
});

test("the list of keys names what works here and in a conversation, and gives the focus back", async () => {
  const app = open("/contacts");
  const opener = await screen.findByRole("button", { name: "Keyboard shortcuts" });
  await app.user.click(opener);
  const keys = within(await screen.findByRole("dialog", { name: "Keyboard shortcuts" }));
  expect(keys.getByText("New contact").parentElement?.textContent).toBe("New contactN");
  expect(keys.getByRole("heading", { name: "In a conversation" }).parentElement?.textContent).toContain("Write a noteN");
  await app.user.keyboard("{Escape}");
  await waitFor(() => expect(focused()).toBe(opener));
});

test("the language is that of the browser until one is chosen, and a wish for none that we have is English", async () => {
  const prefer = (...languages: string[]) => vi.spyOn(navigator, "languages", "get").mockReturnValue(languages);
  prefer("pt-BR", "fr-CA", "de");
  expect(wantedLanguage()).toBe("fr");
  prefer("AR-eg");
  expect(wantedLanguage()).toBe("ar");
  prefer("tlh");
  expect(wantedLanguage()).toBe("en");
  await act(() => chooseLanguage("ja"));
  expect(wantedLanguage()).toBe("ja");
  localStorage.setItem("parley.language", "klingon");
  expect(wantedLanguage()).toBe("en");
});

test("a skip leads past the navigation to the page, which takes the focus", async () => {
  open("/reports");
  await screen.findByRole("heading", { name: "Reports" });
  const [first] = document.querySelectorAll<HTMLElement>("a, button");
  expect([first?.textContent, first?.getAttribute("href")]).toEqual(["Skip to content", "#content"]);
  expect(document.querySelectorAll("main#content[tabindex='-1']")).toHaveLength(1);
  await press("Search");
});
