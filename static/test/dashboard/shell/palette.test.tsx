import { act, render, renderHook, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, test, vi } from "vitest";
import { deskKeys } from "../../../src/dashboard/shell/deskkeys.js";
import { Marked } from "../../../src/dashboard/shell/Marked.js";
import { briefTime } from "../../../src/dashboard/ui/time.js";
import { type Hotkey, listenForHotkeys, useHotkeys, useRegisteredHotkeys } from "../../../src/dashboard/ui/hotkeys.js";
import { dice, seeds } from "../fake/dice.js";
import { article, contact } from "../fake/pages.js";
import { open } from "../fake/open.js";
import { conversation, id, message } from "../fake/rows.js";
import { type Asked, type FakeV2, Refusal } from "../fake/server.js";
import { field, here, talk, there } from "../fake/talk.js";

const none = { data: [], has_more: false };
const hits = (...rows: object[]) => ({ data: rows, has_more: false });
/** What a search finds: conversations by their numbers. */
const found = (...numbers: number[]) => ({ query: "", messages: none, contacts: none, articles: none, conversations: hits(...numbers.map((n) => ({ conversation: conversation(n), highlights: [] }))) });

/** The palette, open over the inbox. */
async function palette(search: (asked: Asked) => unknown, prepare: (server: FakeV2) => void = () => undefined) {
  const app = open("/inbox", (server) => {
    server.on("GET /v2/search", search);
    prepare(server);
  });
  await screen.findByRole("searchbox");
  await app.user.keyboard("{Control>}k{/Control}");
  return { app, input: await screen.findByRole<HTMLInputElement>("combobox", { name: "Commands" }) };
}
/** What a line is called. */
const called = (option: HTMLElement | undefined) => option?.querySelector("bdi")?.textContent;
const options = () => screen.queryAllByRole("option").map(called);
const active = (input: HTMLElement) => called(screen.queryAllByRole("option").find(({ id: of }) => of === input.getAttribute("aria-activedescendant")));

test.each([
  ["offline", (app: ReturnType<typeof open>): void => void (app.server.offline = true), /server cannot be reached/],
  ["at a limit", (app: ReturnType<typeof open>) => app.server.on("GET /v2/search", () => new Refusal(429, "rate_limited")), /Too many requests/],
  ["when the server breaks", (app: ReturnType<typeof open>) => app.server.on("GET /v2/search", () => new Refusal(500, "internal_error")), /went wrong on our side/],
] as const)("a search %s is not told as one that found nothing", async (_, breaks, words) => {
  const { app, input } = await palette(() => found());
  breaks(app);
  await app.user.type(input, "zebra");
  await screen.findByText(words);
  expect(screen.queryByText("Nothing found")).toBeNull();
  app.server.offline = false;
  app.server.on("GET /v2/search", () => found(1));
  await app.user.type(input, "s");
  await screen.findByRole("option", { name: /^Visitor 1/ });
  expect(screen.queryByText(words)).toBeNull();
});

test("an answer to what was typed before never takes the place of one to what is typed now", async () => {
  let slow: (value: unknown) => void = () => undefined;
  const { app, input } = await palette(({ query }) => (query.get("q") === "bo" ? new Promise((resolve) => (slow = resolve)) : found(2)));
  await app.user.type(input, "bo");
  await waitFor(() => expect(app.server.asked("GET /v2/search")).toHaveLength(1));
  await app.user.type(input, "wl");
  await screen.findByRole("option", { name: /^Visitor 2/ });
  await act(async () => slow(found(1)));
  expect(options()).toEqual(["Visitor 2"]);
});

test("everything that is found leads to where it stands", async () => {
  const all = { ...found(1), messages: hits({ message: message(5, { conversation_id: there }), contact: conversation(2).contact, highlights: [] }), contacts: hits({ contact: contact(3), highlights: [] }), articles: hits({ article: article(4), highlights: [] }) };
  const { app, input } = await palette(() => all, (server) => (server.conversations = [conversation(1), conversation(2)]));
  const places: string[] = [];
  for (const name of [/^Visitor 1/, /^Visitor 2/, /^Visitor 3/, /^Article 4/]) {
    if (!screen.queryByRole("combobox", { name: "Commands" })) await app.user.keyboard("{Control>}k{/Control}");
    await app.user.type(await screen.findByRole("combobox", { name: "Commands" }), "what");
    await app.user.click(await screen.findByRole("option", { name }));
    await waitFor(() => expect(screen.queryByRole("combobox", { name: "Commands" })).toBeNull());
    places.push(app.router.state.location.pathname);
  }
  expect(input.isConnected).toBe(false);
  expect(places).toEqual([`/inbox/${here}`, `/inbox/${there}`, `/contacts/${id("cnt", 3)}`, `/knowledge/${id("art", 4)}`]);
});

test("hits of one name are told apart by what they say, who wrote it and when", async () => {
  const at = { sent_at: "2025-03-04T12:00:00.000000Z", last_message_at: "2025-03-04T12:00:00.000000Z" };
  const nobody = { id: id("cnt", 9), full_name: null, email: null, phone: null };
  const marked = { field: "content", snippet: "The lamp broke", matches: [{ start: 4, end: 8 }] };
  const { app, input } = await palette(() => ({
    ...found(),
    conversations: hits({ conversation: conversation(1, { ...at, subject: "Broken lamp" }), highlights: [] }, { conversation: conversation(1, { ...at, id: id("conv", 2) }), highlights: [{ field: "contact.full_name", snippet: "Visitor 1", matches: [{ start: 0, end: 7 }] }] }),
    messages: hits(
      { message: message(1, at), contact: conversation(1).contact, highlights: [marked] },
      { message: message(2, { ...at, sent_by: "user", sender: { id: "usr_1", name: "Sarah Johnson" } }), contact: conversation(1).contact, highlights: [marked] },
      { message: message(3, at), contact: nobody, highlights: [marked] },
    ),
  }));
  await app.user.type(input, "lamp");
  await screen.findAllByRole("option", { name: /^Visitor 1/ });
  const day = briefTime(at.sent_at);
  expect(screen.getAllByRole("option").map((option) => [...option.querySelectorAll("bdi, [dir=auto]")].map(({ textContent }) => textContent))).toEqual([
    ["Visitor 1", "Broken lamp", day],
    ["Visitor 1", "Question 1", day],
    ["Visitor 1", "The lamp broke", day],
    ["Visitor 1", "The lamp broke", `Sarah Johnson · ${day}`],
    ["Customer", "The lamp broke", day],
  ]);
  expect([...document.querySelectorAll("mark")].map(({ textContent }) => textContent)).toEqual(["Visitor", "lamp", "lamp", "lamp"]);
});

test("the arrows go around, and what is typed begins at the first again", async () => {
  const { app, input } = await palette(() => found());
  const all = options();
  await app.user.keyboard("{ArrowUp}");
  expect(active(input)).toBe(all.at(-1));
  await app.user.keyboard("{ArrowDown}");
  expect(active(input)).toBe(all[0]);
  await app.user.keyboard("{ArrowDown}{ArrowDown}");
  await app.user.type(input, "go to");
  expect(active(input)).toBe(options()[0]);
  await app.user.type(input, " zebra");
  await screen.findByText("Nothing found");
  await app.user.keyboard("{ArrowDown}{ArrowUp}{Enter}");
  expect(input.getAttribute("aria-activedescendant")).toBeNull();
});

test("when fewer are found than one had gone down, Enter still does what is shown as chosen", async () => {
  const { app, input } = await palette(({ query }) => (query.get("q") === "vis" ? found(1, 2, 3) : found(1)), (server) => (server.conversations = [conversation(1)]));
  await app.user.type(input, "vis");
  await screen.findByRole("option", { name: /^Visitor 3/ });
  await app.user.keyboard("{ArrowDown}{ArrowDown}");
  app.server.on("GET /v2/search", () => found(1));
  await act(() => app.queries.invalidateQueries({ queryKey: ["search"] }));
  await waitFor(() => expect(options()).toEqual(["Visitor 1"]));
  expect(active(input)).toBe("Visitor 1");
  await app.user.keyboard("{Enter}");
  await screen.findByRole("main", { name: "Conversation with Visitor 1" });
});

test("a text that is cut at its longest is cut between letters, and asked for", async () => {
  const { app, input } = await palette(() => found(1));
  act(() => input.focus());
  await app.user.paste(`a${"😀".repeat(250)}`);
  await screen.findByRole("option", { name: /^Visitor 1/ });
  expect(app.server.asked("GET /v2/search")[0]?.query.get("q")).toBe(`a${"😀".repeat(199)}`);
});

test("a command does it to the conversation that is open, and what one wrote is left as it is", async () => {
  const app = talk();
  await app.user.type(await field(), "Half");
  await app.user.keyboard("{Control>}k{/Control}");
  await app.user.type(await screen.findByRole("combobox", { name: "Commands" }), "write note{Enter}");
  const note = await field(1, "Note for the team");
  await waitFor(() => expect(document.activeElement).toBe(note));
  await app.user.click(screen.getByRole("tab", { name: "Reply" }));
  expect((await field()).value).toBe("Half");
});

test("the list of keys tells those that work here, and a key pressed in it does nothing behind it", async () => {
  const app = talk();
  await field();
  await app.user.keyboard("?");
  const dialog = await screen.findByRole("dialog", { name: "Keyboard shortcuts" });
  for (const name of ["Next conversation", "Resolve", "Write a note", "Go to Reports"]) within(dialog).getByText(name);
  await app.user.keyboard("i");
  expect(app.server.asked("POST /v2/conversation/:id/assign")).toEqual([]);
  await app.user.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  await app.user.keyboard("i");
  await waitFor(() => expect(app.server.asked("POST /v2/conversation/:id/assign")).toHaveLength(1));
});

test("the list of keys tells every key where none of a conversation's works, and is theirs", async () => {
  const app = open("/reports");
  await screen.findByRole("heading", { name: "Reports", level: 1 });
  await app.user.keyboard("?");
  const dialog = await screen.findByRole("dialog", { name: "Keyboard shortcuts" });
  for (const name of ["Next conversation", "Resolve", "Write a note", "Assign to me", "Sum up", "Go to Reports"]) within(dialog).getByText(name);
  app.view.unmount();
  talk(undefined, { status: "closed" });
  await field();
  const { result } = renderHook(() => useRegisteredHotkeys());
  const names = (keys: readonly Pick<Hotkey, "group" | "keys">[]) => keys.filter(({ group }) => group !== "general").map(({ group, keys: of }) => `${group} ${of}`).sort();
  await waitFor(() => expect(names(result.current)).toEqual(names(deskKeys)));
});

describe.each(seeds)("marks in what was found, seed %i", (seed) => {
  test("whatever is marked, the text is the same, and marks are whole letters", () => {
    const { int, pick, times } = dice(seed);
    for (let i = 0; i < 30; i++) {
      const points = times(3 + int(20), () => pick(["a", " ", "🥣", "é", "ش", "と", "👍🏽"])).flatMap((text) => [...text]);
      const matches: { start: number; end: number }[] = [];
      for (let at = int(3); at < points.length; at += 1 + int(4)) {
        const end = Math.min(points.length, at + 1 + int(3));
        matches.push({ start: at, end });
        at = end;
      }
      const { container, unmount } = render(<Marked highlight={{ field: "content", snippet: points.join(""), matches }} />);
      expect(container.textContent).toBe(points.join(""));
      expect([...container.querySelectorAll("mark")].map(({ textContent }) => textContent)).toEqual(matches.map(({ start, end }) => points.slice(start, end).join("")));
      unmount();
    }
  });
});

describe("keys", () => {
  afterEach(() => void vi.useRealTimers());

  /** Keys that write down what was pressed, and the listening for them. */
  function listen(...sets: Partial<Hotkey>[][]) {
    const ran: string[] = [];
    const make = (set: Partial<Hotkey>[]): Hotkey[] => set.map(({ keys = "", label = keys, ...more }) => ({ keys, label, group: "general", run: () => ran.push(label), ...more }));
    const views = sets.map((set) => renderHook(({ of }: { of: Partial<Hotkey>[] }) => useHotkeys(make(of)), { initialProps: { of: set } }));
    const end = listenForHotkeys();
    const hit = (key: string, init: KeyboardEventInit = {}, on: Element = document.body) => {
      const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init });
      act(() => void on.dispatchEvent(event));
      return event;
    };
    return { ran, views, end, hit };
  }

  test("what came last wins, and when it goes what was there before works again", () => {
    const { ran, views, end, hit } = listen([{ keys: "e", label: "page" }], [{ keys: "e", label: "dialog" }]);
    hit("e");
    views[1]?.unmount();
    hit("e");
    end();
    hit("e");
    expect(ran).toEqual(["dialog", "page"]);
  });

  test("two keys in turn are one command within their time, and each its own beyond it", () => {
    vi.useFakeTimers();
    const { ran, end, hit } = listen([{ keys: "g i" }, { keys: "i" }, { keys: "g" }]);
    hit("g");
    vi.advanceTimersByTime(800);
    hit("i");
    hit("x");
    vi.advanceTimersByTime(100);
    hit("i");
    hit("y");
    vi.advanceTimersByTime(1_000);
    hit("i");
    expect(ran).toEqual(["g", "i", "i", "i"]);
    end();
  });

  test("a key that begins a pair waits for the second one only where it means nothing by itself", () => {
    vi.useFakeTimers();
    const { ran, end, hit } = listen([{ keys: "g r" }, { keys: "r" }]);
    hit("g");
    hit("r");
    hit("r");
    expect(ran).toEqual(["g r", "r"]);
    end();
  });

  test("keys of fields, of input methods, of others and of the system are left alone", () => {
    const { ran, end, hit } = listen([{ keys: "e" }, { keys: "mod+k", everywhere: true }]);
    const [input, box, editable] = [document.createElement("input"), document.createElement("input"), document.createElement("div")];
    box.type = "checkbox";
    editable.setAttribute("contenteditable", "true");
    document.body.append(input, box, editable);
    expect(hit("e", {}, input).defaultPrevented).toBe(false);
    expect(hit("e", { altKey: true }).defaultPrevented).toBe(false);
    expect(hit("e", { ctrlKey: true }).defaultPrevented, "the browser's own").toBe(false);
    expect(hit("e", { isComposing: true }).defaultPrevented).toBe(false);
    expect(ran).toEqual([]);
    expect(hit("e", {}, box).defaultPrevented, "a box takes no letters").toBe(true);
    expect(hit("k", { metaKey: true }, input).defaultPrevented, "what works everywhere works here").toBe(true);
    expect(ran).toEqual(["e", "mod+k"]);
    [input, box, editable].forEach((element) => element.remove());
    end();
  });

  test("a key that is held down does its act once; only going through the list goes on", () => {
    const { ran, end, hit } = listen([{ keys: "i", label: "assign" }, { keys: "j", label: "next", repeats: true }]);
    for (const key of ["i", "j"]) {
      hit(key);
      hit(key, { repeat: true });
      hit(key, { repeat: true });
    }
    expect(ran).toEqual(["assign", "next", "next", "next"]);
    end();
  });

  test("a command of the palette does what it would do now, not what it did when it was listed", () => {
    const ran: number[] = [];
    const { rerender } = renderHook(({ n }: { n: number }) => useHotkeys([{ keys: "e", label: "act", group: "general", run: () => ran.push(n) }]), { initialProps: { n: 1 } });
    const { result } = renderHook(() => useRegisteredHotkeys());
    const [listed] = result.current;
    rerender({ n: 2 });
    listed?.run();
    expect(ran).toEqual([2]);
  });
});
