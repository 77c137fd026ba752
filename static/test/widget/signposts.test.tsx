// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test, vi } from "vitest";
import { eventually } from "../fake/eventually.js";
import { later } from "../../src/widget/Later.js";
import { button, click, one, page, setup, texts } from "./setup.js";

afterEach(() => vi.restoreAllMocks());

test("a view is fetched when it is first wanted, once, and its place says so until then", async () => {
  let give: (view: () => preact.JSX.Element) => void = () => undefined;
  const load = vi.fn(() => new Promise<() => preact.JSX.Element>((resolve) => (give = resolve)));
  const View = later(load, ({ failed }) => <i>{failed ? "failed" : "wait"}</i>);
  const box = document.createElement("div");
  await act(() => render(<View />, box));
  expect(box.textContent).toBe("wait");
  await act(async () => give(() => <b>here</b>));
  await eventually(() => expect(box.textContent).toBe("here"));
  await act(() => render(null, box));
  await act(() => render(<View />, box));
  expect([box.textContent, load.mock.calls.length]).toEqual(["here", 1]);
});

test("a view that was fetched before it is wanted is there at once", async () => {
  const View = later(async () => () => <b>here</b>, () => <i>wait</i>);
  await View.fetch();
  const box = document.createElement("div");
  await act(() => render(<View />, box));
  expect(box.textContent).toBe("here");
});

test("a view that cannot be fetched says so and can be tried again", async () => {
  const load = vi.fn().mockRejectedValueOnce(new Error("offline")).mockResolvedValue(() => <b>here</b>);
  const View = later(load, ({ failed, retry }) => <button type="button" onClick={retry}>{failed ? "failed" : "wait"}</button>);
  const box = document.createElement("div");
  await act(async () => render(<View />, box));
  await eventually(() => expect(box.textContent).toBe("failed"));
  await act(async () => box.querySelector("button")?.click());
  await eventually(() => expect(box.textContent).toBe("here"));
});

test("outside the office hours the header says when somebody is back", async () => {
  const { begin, server, clock } = setup();
  const next = new Date(clock.now() + 2 * 24 * 3_600_000).toISOString();
  server.config = { greeting: "Hi", name: "Northwind", online: false, office_hours: { enabled: true, open: false, next_open: next } };
  await begin();
  expect(texts(".who p")[0]).toMatch(/^We are back \w+day .*, your time$/);
  expect(texts(".welcome p")).toEqual(["Leave us a message. We answer here as soon as we are back."]);
});

test("with an assistant nobody waits for the office to open", async () => {
  const { begin, server } = setup();
  server.config = { greeting: "Hi", name: "Northwind", online: false, assistant: { name: "Nora" } };
  await begin();
  expect(texts(".welcome p")).toEqual(["Nora answers at once, and a person is one tap away."]);
  expect(document.querySelectorAll(".welcome .avatar")).toHaveLength(1);
});

test("the page's theme dresses the frame: colour, corners, greeting", async () => {
  const { begin, store, pass } = setup();
  await begin();
  const theme = { color: "#7c3aed", radius: "4", greeting: "Ahoy" };
  store.receive({ type: "hello", page, wish: { locale: "en", pinned: true, color: "", theme }, open: true });
  await pass();
  expect(one("main").getAttribute("style")).toContain("--round: 4px");
  expect(one("main").getAttribute("style")).toContain("#7c3aed");
  expect(texts("h2")).toEqual(["Ahoy"]);
});

test("the title counts what is unread, for a window of its own", async () => {
  const { talk, store, server, pass } = setup();
  server.config = { greeting: "Hi", name: "Northwind" };
  await talk();
  expect(document.title).toBe("Northwind");
  store.receive({ type: "close" });
  server.say("One");
  await pass(500);
  await eventually(() => expect(document.title).toBe("(1) Northwind"));
});

test("trouble is told in the visitor's language, although the site never said its own", async () => {
  const { begin, server } = setup({ languages: ["de-AT"] });
  server.faults.refusals = [{ on: "/config", status: 403 }];
  await begin();
  await eventually(() => expect(texts("[role=status]")).toEqual(["Dieser Chat ist hier nicht verfügbar."]));
});

test("the options open the chat in a window of its own", async () => {
  const { talk, told } = setup();
  await talk();
  const open = vi.spyOn(window, "open").mockReturnValueOnce(null).mockReturnValueOnce({ closed: false } as Window);
  await click(button("Options"));
  await eventually(() => button("Open in a window of its own"));
  await click(button("Open in a window of its own"));
  expect(told, "the browser blocked it").not.toContainEqual({ type: "close" });
  await click(button("Open in a window of its own"));
  expect(open.mock.lastCall?.[0]).toMatch(/#popout$/);
  expect(told).toContainEqual({ type: "close" });
});

/** A conversation with a file on its way that comes as far as these shares. */
async function uploading(...shares: number[]) {
  const frame = setup();
  await frame.talk();
  frame.server.faults.delay = () => 2_000;
  frame.server.faults.shares = shares;
  frame.client.send("", [new File(["x"], "bowl.txt", { type: "text/plain" })]);
  await frame.pass(10);
  return frame;
}

test("files on their way show that they are, and how far once it is known", async () => {
  const { pass } = await uploading(0.42, 1);
  expect(one("progress").getAttribute("aria-label")).toBe("Sending…");
  expect([texts(".upload span"), one("progress").hasAttribute("value")]).toEqual([["Sending…"], false]);
  await pass(2_000);
  expect([texts(".upload span"), one<HTMLProgressElement>("progress").value]).toEqual([["42%"], 0.42]);
  expect(one(".upload").getAttribute("aria-live")).toBe("off");
  await pass(10_000);
  expect(document.querySelector("progress")).toBeNull();
});

test("a file on its way can be called back, and is gone from the conversation", async () => {
  const { pass, server } = await uploading(0.1);
  await pass(2_000);
  expect(texts(".own .file bdi")).toEqual(["bowl.txt"]);
  await click(button("Cancel"));
  await pass(200_000);
  expect([texts(".own .file bdi"), server.callsTo("/messages", "POST").length]).toEqual([[], 0]);
});

test("an upload that broke off can be tried again at once", async () => {
  const { pass, server } = await uploading(1);
  server.faults.down = true;
  // Before the next attempt by itself.
  await pass(4_040);
  server.faults.down = false;
  server.faults.delay = () => 1;
  await click(button("Try again"));
  await pass(100);
  expect(server.callsTo("/messages", "POST")).toHaveLength(1);
  expect(document.querySelector(".upload")).toBeNull();
});
