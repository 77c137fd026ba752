// @vitest-environment happy-dom
import { act } from "preact/test-utils";
import { afterEach, expect, test, vi } from "vitest";
import { eventually } from "../fake/eventually.js";
import { button, click, one, press, setup, texts, type } from "./setup.js";

afterEach(() => void vi.unstubAllGlobals());

/** Opens the options, which are fetched when they are first wanted. */
async function options(): Promise<void> {
  await click(button("Options"));
  await eventually(() => one("[role=switch]"));
  await vi.dynamicImportSettled();
}

/** What the options say of what was just tried. */
const hints = () => texts(".popup .hint").filter(Boolean);

/** An audio context that counts what it plays. */
function ears() {
  const played: number[] = [];
  const gain = { setValueAtTime: () => 0, linearRampToValueAtTime: () => 0, exponentialRampToValueAtTime: () => 0 };
  class FakeAudio {
    currentTime = 0;
    destination = {};
    resume = async () => undefined;
    createGain = () => ({ gain, connect: () => undefined });
    createOscillator = () => ({ frequency: { value: 0 }, connect: (next: object) => next, start: (at: number) => played.push(at), stop: () => 0 });
  }
  vi.stubGlobal("AudioContext", FakeAudio);
  return played;
}

test("sound is off until it is wished for, is heard once then, and with each answer after", async () => {
  const played = ears();
  const { talk, server, pass, clock } = setup();
  vi.spyOn(Date, "now").mockImplementation(clock.now);
  await talk();
  server.say("Silent");
  await pass();
  expect(played).toEqual([]);
  await options();
  await click(one("[role=switch]"));
  expect(one("[role=switch]").getAttribute("aria-checked")).toBe("true");
  await eventually(() => expect(played).toHaveLength(2));
  server.say("Heard");
  await pass();
  await eventually(() => expect(played).toHaveLength(4));
  await click(one("[role=switch]"));
  server.say("Silent again");
  await pass();
  await vi.dynamicImportSettled();
  expect(played).toHaveLength(4);
  vi.restoreAllMocks();
});

test("the options close by Escape, which leaves the panel open, and give the focus back", async () => {
  const { talk, told } = setup();
  await talk();
  await options();
  one("[role=switch]").focus();
  await press("[role=switch]", "Escape");
  expect(document.querySelector(".popup")).toBeNull();
  expect(document.activeElement).toBe(button("Options"));
  expect(told.some(({ type }) => type === "close")).toBe(false);
});

test("a transcript is asked for where mail is set up, and its fate is told", async () => {
  const { talk, server, pass } = setup();
  server.config = { greeting: "Hi", transcript: true };
  await talk();
  await options();
  server.faults.refusals = [{ on: "/transcript", status: 429 }];
  await click(button("Send conversation by e-mail"));
  await pass();
  expect(hints()).toEqual(["That did not work. Please try again."]);
  await click(button("Send conversation by e-mail"));
  await pass();
  expect(hints()).toEqual(["It is on its way to your inbox."]);
  expect(server.callsTo("/transcript")).toHaveLength(2);
});

test("a window of its own that the browser blocks is told of, and the panel stays", async () => {
  const { talk, told } = setup();
  await talk();
  await options();
  const open = vi.spyOn(window, "open").mockReturnValue(null);
  await click(button("Open in a window of its own"));
  expect(hints()).toEqual(["That did not work. Please try again."]);
  expect(told.some(({ type }) => type === "close")).toBe(false);
  open.mockReturnValue(window);
  await click(button("Open in a window of its own"));
  expect(hints()).toEqual([]);
  expect(told.some(({ type }) => type === "close")).toBe(true);
  open.mockRestore();
});

test("an emoji goes to where the cursor is, by keys alone, and Escape comes back", async () => {
  const { talk, pass } = setup();
  await talk();
  await type("textarea", "Hi !");
  one<HTMLTextAreaElement>("textarea").setSelectionRange(3, 3);
  await click(button("Emoji"));
  await eventually(() => expect(document.querySelectorAll("[role=tab]")).toHaveLength(6));
  await pass();
  await eventually(() => expect(document.activeElement).toBe(one("[role=tabpanel] button")));
  await press("[role=tabpanel] button", "ArrowRight");
  await press("[role=tabpanel]", "ArrowDown");
  await press("[role=tabpanel]", "ArrowUp");
  await click(document.activeElement as HTMLElement);
  expect(one<HTMLTextAreaElement>("textarea").value).toBe("Hi 😀!");
  await press("[role=tabpanel]", "Escape");
  expect([document.querySelector(".emoji"), document.activeElement]).toEqual([null, button("Emoji")]);
});

test("the groups of emoji are tabs: arrows choose, and the signs follow", async () => {
  const { talk, pass } = setup();
  await talk();
  await click(button("Emoji"));
  await eventually(() => expect(document.querySelectorAll("[role=tab]")).toHaveLength(6));
  one("[role=tab]").focus();
  await press("[role=tab]", "End");
  await pass();
  expect(one("[aria-selected=true]").getAttribute("aria-label")).toBe("Symbols");
  expect(texts("[role=tabpanel] button")[0]).toBe("❤️");
  expect(document.activeElement).toBe(one("[aria-selected=true]"));
});

test("files dropped on the frame are taken, and the place says so while they hover", async () => {
  const { talk } = setup();
  await talk();
  const drag = (name: string, files: File[] = []) =>
    act(() => {
      const event = new Event(name, { bubbles: true, cancelable: true });
      Object.assign(event, { dataTransfer: { types: ["Files"], files } });
      document.body.dispatchEvent(event);
    });
  await drag("dragenter");
  expect(texts(".dropping")).toEqual(["Drop files here to send them"]);
  await drag("dragenter");
  await drag("dragleave");
  expect(texts(".dropping")).toHaveLength(1);
  await drag("drop", [new File(["x"], "bowl.txt", { type: "text/plain" })]);
  expect(texts(".dropping")).toEqual([]);
  expect(texts(".chosen bdi")).toEqual(["bowl.txt"]);
});

test("who was shut out reads on and is told why nothing can be written", async () => {
  const { talk, server, client, pass } = setup();
  await talk();
  server.faults.refusals = [{ on: "socket", status: 403 }, { on: "/messages", status: 403, error: "You have been blocked and cannot write here any more" }];
  client.send("Hm");
  await pass(1_000);
  expect(texts(".blocked")).toEqual(["You cannot write in this conversation any more."]);
  expect(document.querySelector("textarea")).toBeNull();
  expect(texts(".bubble").length).toBeGreaterThan(0);
});

test("a draft is there again after a reload", async () => {
  const { talk, client } = setup();
  await talk();
  await type("textarea", "Half a thou");
  expect(client.snapshot().draft).toBe("Half a thou");
});

test("a site that wants signed visitors says so instead of a form", async () => {
  const { begin, server } = setup();
  server.config = { greeting: "Hi", identity_required: true };
  await begin();
  expect(texts("[role=status]")).toEqual(["Please sign in to chat."]);
  expect(document.querySelector("form")).toBeNull();
});
