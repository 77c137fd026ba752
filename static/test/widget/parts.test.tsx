// @vitest-environment happy-dom
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import type { World } from "../../src/shared/world.js";
import { attaching } from "../../src/widget/attaching.js";
import { __vitePreload as fetchPart } from "../../src/widget/fetchpart.js";
import { dictionaries } from "../../src/widget/i18n/index.js";
import { Talk } from "../../src/widget/parts.js";
import * as transfer from "../../src/widget/transfer.js";
import { eventually } from "../fake/eventually.js";
import { details, setup as bundleOf } from "../fake/setup.js";
import { button, click, one, page, press, setup, texts, type } from "./setup.js";

afterEach(() => vi.restoreAllMocks());

/** Makes the words of a language be had when `give` is called, or never. */
function holdBack(language: string) {
  const usual = dictionaries[language]!;
  onTestFinished(() => void (dictionaries[language] = usual));
  let give = () => {};
  const asked = vi.fn();
  dictionaries[language] = async () => {
    asked();
    await new Promise<void>((resolve) => (give = resolve));
    return usual();
  };
  return { asked, give: () => give(), mend: () => void (dictionaries[language] = usual), lose: () => void (dictionaries[language] = () => Promise.reject(new TypeError("gone"))) };
}

test("nothing is shown in no language: until the words are there it loads", async () => {
  const { give } = holdBack("en");
  const { begin, told } = setup();
  await begin();
  expect([texts("[role=status]"), texts("label"), told]).toEqual([["Loading…"], [], []]);
  give();
  await eventually(() => expect(texts("label")).toEqual(["Name", "E-mail", "Message"]));
  expect(told).toMatchObject([{ type: "look", labels: { open: "Open chat" } }]);
});

test("words that cannot be had are asked for again, with the site", async () => {
  const { lose, mend } = holdBack("en");
  lose();
  const { begin, pass, server } = setup();
  await begin();
  expect(texts("[role=status]")).toEqual(["The chat cannot be reached at the moment. Trying again…"]);
  mend();
  await pass(30_000);
  await eventually(() => expect(texts("label")).toEqual(["Name", "E-mail", "Message"]));
  expect(server.callsTo("/config").length).toBeGreaterThan(1);
});

test("a language whose words cannot be had leaves the one that is spoken", async () => {
  holdBack("fr").lose();
  const { begin, store, pass } = setup();
  await begin();
  store.receive({ type: "wish", wish: { locale: "fr", pinned: true, color: "" } });
  await pass();
  expect([texts("label")[0], store.words.value.locale]).toEqual(["Name", "en"]);
});

test("the last wish for a language wins, whichever words come first", async () => {
  const slow = holdBack("de");
  const { begin, store, pass } = setup();
  await begin();
  const wish = (locale: string) => store.receive({ type: "wish", wish: { locale, pinned: true, color: "" } });
  wish("de");
  await pass();
  wish("nl");
  await eventually(() => expect(store.words.value.locale).toBe("nl"));
  slow.give();
  await pass();
  expect([slow.asked.mock.calls.length, store.words.value.locale]).toEqual([1, "nl"]);
});

test("who comes back reads the conversation in the site's language before the site has answered", async () => {
  const before = bundleOf();
  before.server.config = { greeting: "Hallo", locale: "de" };
  const first = setup({ before });
  await first.begin();
  await eventually(() => expect(first.store.config.value?.locale).toBe("de"));
  first.store.start(details);
  await first.pass();
  first.client.stop();
  before.server.faults.refusals = Array.from({ length: 9 }, () => ({ on: "/config", status: 503, error: "" }));

  const second = setup({ before });
  void second.store.begin();
  await second.pass();
  await eventually(() => expect(texts(".own .bubble")).toEqual([details.message]));
  expect(one("[role=log]").getAttribute("aria-label")).toBe("Unterhaltung");
  second.store.receive({ type: "wipe" });
  expect(before.storage.length).toBe(0);
});

test("nothing is kept about the language before there is a conversation", async () => {
  const { begin, server, storage, pass } = setup();
  server.config = { greeting: "", locale: "de" };
  await begin();
  await pass(1_000);
  expect(storage.length).toBe(0);
});

test("the conversation is fetched when somebody turns to the form, not before", async () => {
  const fetched = vi.spyOn(Talk, "fetch");
  const { begin, store, pass } = setup();
  await begin();
  store.receive({ type: "open", page });
  await pass(1_000);
  expect(fetched).not.toHaveBeenCalled();
  for (const turn of [() => type("[name=name]", "J"), () => press("[name=email]", "Tab"), async () => one("form").dispatchEvent(new Event("pointerover"))]) {
    fetched.mockClear();
    await turn();
    expect(fetched).toHaveBeenCalled();
  }
});

/** Collects the links to styles that are added, for the test to let them load or fail: this document fetches nothing. */
function links(): HTMLLinkElement[] {
  const added: HTMLLinkElement[] = [];
  vi.spyOn(document.head, "append").mockImplementation((link) => void added.push(link as HTMLLinkElement));
  return added;
}
const hrefs = (added: HTMLLinkElement[]) => added.map((link) => link.getAttribute("href"));

test("a part is there once its script and its styles are, which are fetched once", async () => {
  document.head.innerHTML = '<link rel="icon" href="/assets/core.css">';
  const added = links();
  const done = vi.fn();
  const parts = [1, 2].map((n) => fetchPart(async () => n, ["assets/core.css", "assets/a.css"]).then(done));
  await new Promise(setImmediate);
  expect([hrefs(added), done.mock.calls]).toEqual([["/assets/a.css"], []]);
  added[0]!.onload?.(new Event("load"));
  await Promise.all(parts);
  expect(done.mock.calls).toEqual([[1], [2]]);
  expect(await fetchPart(async () => 3, ["assets/a.css"])).toBe(3);
  expect(await fetchPart(async () => 4)).toBe(4);
  expect(added).toHaveLength(1);
});

test("styles that cannot be had fail the part, and are asked for again", async () => {
  const added = links();
  vi.spyOn(globalThis, "fetch").mockRejectedValue(new TypeError("down"));
  const part = () => fetchPart(async () => "part", ["assets/b.css"]);
  const failed = expect(part()).rejects.toThrow("assets/b.css could not be loaded");
  added[0]!.onerror?.(new Event("error"));
  await failed;
  const again = part();
  expect(hrefs(added)).toEqual(["/assets/b.css", "/assets/b.css"]);
  added[1]!.onload?.(new Event("load"));
  expect(await again).toBe("part");
});

test("where the server has another version by now, the page begins anew; where it has not or is away, it does not", async () => {
  document.head.innerHTML = '<script type="text/plain" src="/assets/widget-old.js"></script>';
  const reload = vi.spyOn(location, "reload").mockImplementation(() => {});
  const fetched = vi.spyOn(globalThis, "fetch");
  const lost = () => expect(fetchPart(() => Promise.reject(new TypeError("404")))).rejects.toThrow("404");
  const page = (name: string) => async () => new Response(`<script src="/assets/widget-${name}.js"></script>`);
  for (const answer of [page("old"), () => Promise.reject(new TypeError("down")), async () => new Response("busy", { status: 503 })]) {
    fetched.mockImplementation(answer);
    await lost();
    expect(reload).not.toHaveBeenCalled();
  }
  fetched.mockImplementation(page("new"));
  await lost();
  expect(reload).toHaveBeenCalledOnce();
});

test("what files need is fetched with the first of them, and passed on as it is", async () => {
  const said: unknown[] = [];
  const port = (site: string) => ({
    put: async (...all: unknown[]) => void said.push(["put", site, ...all]),
    get: async (name: string) => (said.push(["get", name]), [new File(["x"], "x.txt")]),
    remove: async (name: string) => void said.push(["remove", name]),
    clear: async () => void said.push(["clear"]),
  });
  const made = vi.spyOn(transfer, "browserFiles").mockImplementation(port);
  vi.spyOn(transfer, "browserUpload").mockImplementation(async (url) => new Response(url));
  const { files, upload } = attaching as Required<Pick<World, "files" | "upload">>;
  const kept = files("site_1")!;
  expect(made).not.toHaveBeenCalled();
  await kept.put("m1", []);
  expect((await kept.get("m1"))?.[0]?.name).toBe("x.txt");
  await kept.remove("m1");
  await kept.clear();
  expect([said, made.mock.calls.length]).toEqual([[["put", "site_1", "m1", []], ["get", "m1"], ["remove", "m1"], ["clear"]], 1]);
  expect(await (await upload("/x", {}, () => {})).text()).toBe("/x");
});

test("a form that is sent leads into the conversation at once", async () => {
  const { begin, pass } = setup();
  await begin();
  await type("[name=name]", "Jane");
  await type("[name=email]", "jane@example.com");
  await type("[name=message]", "Hi");
  await click(button("Start conversation"));
  await pass(0);
  expect(texts(".bubble")).toEqual(["Hi"]);
});
