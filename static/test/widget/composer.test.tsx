// @vitest-environment happy-dom
import { act } from "preact/test-utils";
import { expect, test, vi } from "vitest";
import { details } from "../fake/setup.js";
import { button, click, one, page, press, setup, texts, type } from "./setup.js";

const area = ".composer textarea";
const png = (name: string, size = 6) => new File(["x".repeat(size)], name, { type: "image/png" });

async function choose(...files: File[]): Promise<void> {
  await act(() => {
    const input = one<HTMLInputElement>("input[type=file]");
    Object.defineProperty(input, "files", { value: files, configurable: true });
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

test("Enter sends what is written, without the space around it, and empties the composer", async () => {
  const { talk, pass } = setup();
  await talk();
  await type(area, "  Thank you \n");
  expect(await press(area, "Enter")).toBe(false);
  await pass();
  expect(texts(".bubble")).toEqual([details.message, "Thank you"]);
  expect(one<HTMLTextAreaElement>(area).value).toBe("");
});

test("Shift+Enter, and Enter in the middle of a composition, send nothing", async () => {
  const { talk, pass } = setup();
  await talk();
  await type(area, "你好");
  expect(await press(area, "Enter", { shiftKey: true })).toBe(true);
  expect(await press(area, "Enter", { isComposing: true })).toBe(true);
  // Safari has ended the composition by then, and says what the key was for by its code alone.
  expect(await press(area, "Enter", { keyCode: 229 })).toBe(true);
  await pass();
  expect(texts(".bubble")).toEqual([details.message]);
});

test("chosen files stay with their conversation while the visitor looks elsewhere", async () => {
  const { talk, pass, store, client } = setup();
  await talk();
  await choose(png("bowl.png"));
  const [talked] = client.snapshot().conversations;
  await act(() => store.route.go({ screen: "help" }));
  await act(() => store.back());
  expect(texts(".chosen bdi")).toEqual(["bowl.png"]);
  store.talk(null);
  store.start({ ...details, message: "Another thing" });
  await pass();
  expect(texts(".bubble")).toEqual(["Another thing"]);
  expect(texts(".chosen bdi")).toEqual([]);
  await act(() => store.talk(talked?.key ?? "none"));
  await pass();
  expect(texts(".chosen bdi")).toEqual(["bowl.png"]);
  await act(() => store.receive({ type: "wipe" }));
  store.start(details);
  await pass();
  expect(texts(".chosen bdi")).toEqual([]);
});

test("nothing and blanks are not sent, and the button says so", async () => {
  const { talk, pass } = setup();
  await talk();
  const send = button("Send message");
  expect(send.getAttribute("aria-disabled")).toBe("true");
  await type(area, " \n ");
  await click(send);
  await pass();
  expect(texts(".bubble")).toEqual([details.message]);
  await type(area, "x");
  expect(send.getAttribute("aria-disabled")).toBe("false");
});

test("a text over the limit is told by how much and stays", async () => {
  const { talk } = setup();
  await talk();
  await type(area, "a".repeat(10_001));
  expect(texts(".composer [role=alert]")).toEqual(["Too long: 1 character over the limit"]);
  await press(area, "Enter");
  expect(one<HTMLTextAreaElement>(area).value).toHaveLength(10_001);
});

test("the team is told that the visitor writes, and that they stopped", async () => {
  const { talk, server, pass } = setup();
  await talk();
  await type(area, "Hm");
  await type(area, "");
  await pass();
  const told = server.frames.filter((frame) => frame.type === "typing");
  expect(told).toEqual([{ type: "typing", active: true }, { type: "typing", active: false }]);
});

test("chosen files are listed, can be taken back, and go out with the text", async () => {
  const { talk, server, pass } = setup();
  await talk();
  await choose(png("one.png"), png("two.png", 7));
  expect(texts(".chosen bdi")).toEqual(["one.png", "two.png"]);
  await click(button("Remove one.png"));
  await type(area, "Look");
  await click(button("Send message"));
  await pass();
  const [post] = server.callsTo("/messages", "POST");
  expect(post?.files.map(({ name }) => name)).toEqual(["two.png"]);
  expect(post?.body["message"]).toBe("Look");
  expect(document.querySelector(".chosen")).toBeNull();
});

test("a file alone is enough, and pasted ones count", async () => {
  const { talk, server, pass } = setup();
  await talk();
  await act(() => {
    const event = new Event("paste", { bubbles: true, cancelable: true });
    Object.defineProperty(event, "clipboardData", { value: { files: [png("pasted.png")] } });
    one(area).dispatchEvent(event);
    expect(event.defaultPrevented).toBe(true);
  });
  await press(area, "Enter");
  await pass();
  expect(server.callsTo("/messages", "POST")[0]?.files.map(({ name }) => name)).toEqual(["pasted.png"]);
});

test("pasted text is left to the browser", async () => {
  const { talk } = setup();
  await talk();
  const event = new Event("paste", { bubbles: true, cancelable: true });
  Object.defineProperty(event, "clipboardData", { value: { files: [] } });
  one(area).dispatchEvent(event);
  expect(event.defaultPrevented).toBe(false);
});

test("files that the site does not take are named with the reason", async () => {
  const { talk, server } = setup();
  server.config = { greeting: "Hi", uploads: { max_bytes: 2 * 1024 * 1024, max_files: 2, types: ["image/*", "application/pdf"] } };
  await talk();
  expect(one<HTMLInputElement>("input[type=file]").accept).toBe("image/*,application/pdf");
  await choose(png("huge.png", 2 * 1024 * 1024 + 1));
  expect(texts(".composer [role=alert]")).toEqual(["huge.png is too large (maximum 2 MB)"]);
  await choose(new File(["x"], "run.exe", { type: "application/x-msdownload" }));
  expect(texts(".composer [role=alert]")).toEqual(["run.exe: files of this type cannot be sent"]);
  await choose(png("1.png"), png("2.png", 2), png("3.png", 3));
  expect(texts(".composer [role=alert]")).toEqual(["At most 2 files at a time"]);
  expect(texts(".chosen bdi")).toEqual(["1.png", "2.png"]);
});

test("the paper clip opens the browser's choice of files", async () => {
  const { talk } = setup();
  await talk();
  const opened = vi.spyOn(one<HTMLInputElement>("input[type=file]"), "click").mockImplementation(() => {});
  await click(button("Attach a file"));
  expect(opened).toHaveBeenCalledOnce();
});

test("stored pictures are drawn and enlarge inside the frame, other files are downloads", async () => {
  const { talk, server, pass } = setup();
  await talk();
  const file = { id: 1, filename: "bowl.png", content_type: "image/png", size: 1_234_567, width: 40, height: 30, url: "files/9/1" };
  const svg = { ...file, id: 2, filename: "logo.svg", content_type: "image/svg+xml", url: "files/9/2" };
  const entry = { direction: "outbound" as const, body: "", author: "Sarah", attachments: [file, svg] };
  server.tell({ type: "message", message: server.conversation.post(entry, 0).message });
  await pass();
  const [address = "", download = ""] = [one<HTMLImageElement>(".picture img").src, one<HTMLAnchorElement>("a.file").href];
  expect(address).toMatch(/^https:\/\/chat\.example\/api\/v1\/chat\/conversations\/[\w-]{43}\/files\/9\/1\?site_key=site_1&disposition=inline$/);
  expect(download).toMatch(/files\/9\/2\?site_key=site_1&disposition=attachment$/);
  expect(texts("a.file")).toEqual(["logo.svg1.2 MB"]);
  await click(button("Show bowl.png larger"));
  const dialog = one<HTMLDialogElement>("dialog");
  expect([dialog.open, dialog.getAttribute("aria-label")]).toEqual([true, "bowl.png"]);
  await click(button("Close image"));
  expect(dialog.open).toBe(false);
});

test("pictures on their way are drawn from memory, and given back", async () => {
  const { talk, client, server, pass } = setup();
  await talk();
  const given = vi.spyOn(URL, "revokeObjectURL");
  server.faults.delay = () => 500;
  client.send("", [png("mine.png"), new File(["x"], "notes.txt", { type: "text/plain" })]);
  await pass(100);
  expect(one<HTMLImageElement>("img.picture").alt).toBe("mine.png");
  expect(one<HTMLImageElement>("img.picture").src).toMatch(/^blob:/);
  expect(texts(".file bdi")).toEqual(["notes.txt"]);
  await pass(3_000);
  expect(given).toHaveBeenCalled();
});

test("Escape asks the page to close the panel, except while a picture is large", async () => {
  const { talk, told, store } = setup();
  await talk();
  const asked = () => told.filter(({ type }) => type === "close").length;
  await press("main", "Escape");
  expect(asked()).toBe(1);
  const dialog = document.createElement("dialog");
  dialog.setAttribute("open", "");
  document.body.append(dialog);
  await press("main", "Escape");
  expect(asked()).toBe(1);
  dialog.remove();
  await click(button("Close chat"));
  expect(asked()).toBe(2);
  expect(store.embedded).toBe(true);
});

test("opening the panel again puts the cursor into the composer", async () => {
  const { talk, store, pass } = setup();
  await talk();
  store.receive({ type: "close" });
  await pass();
  one(area).blur();
  store.receive({ type: "open", page });
  await pass();
  expect(document.activeElement).toBe(one(area));
});
