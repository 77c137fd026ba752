import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { gateway, hold, inTurn, paged } from "../fake/answers.js";
import { dialog, press, put, said } from "../fake/hands.js";
import { open } from "../fake/open.js";
import { agentMe, article } from "../fake/pages.js";
import { id, page } from "../fake/rows.js";
import { type FakeV2, Refusal } from "../fake/server.js";

const shelf = (count: number) => Array.from({ length: count }, (_, i) => article(i + 1));
const list = (path = "", prepare: (server: FakeV2) => void = () => undefined, rows = shelf(2)) =>
  open(`/knowledge${path}`, (server) => {
    server.on("GET /v2/knowledge", paged(rows, 25));
    prepare(server);
  });

test("an agent who comes to the page of a new article is led to those that there are", async () => {
  const app = list("/new", (server) => (server.me = agentMe()));
  await screen.findByRole("link", { name: "Article 1" });
  expect(app.router.state.location.pathname).toBe("/knowledge");
  expect(screen.queryByLabelText("Title")).toBeNull();
});

test("a file that was refused, mended and chosen again is taken in", async () => {
  const app = list("", (server) => server.on("POST /v2/knowledge/import", inTurn(new Refusal(400, "invalid_input", "Line 3 has no title", { field: "file" }), { created: 2, updated: 1, unchanged: 0 })));
  const field = () => screen.getByRole("button", { name: "Import", hidden: true }).parentElement?.querySelector("input") as HTMLInputElement;
  await screen.findByRole("link", { name: "Article 1" });
  const reads = app.server.asked("GET /v2/knowledge").length;
  await app.user.upload(field(), new File(["a"], "a.csv"));
  await said("Line 3 has no title");
  // A browser tells of no choice that is the one before: the field must have forgotten it.
  await waitFor(() => expect(field().value).toBe(""));
  await app.user.upload(field(), new File(["b"], "a.csv"));
  await said("Imported: 2 new, 1 changed, 0 as they were");
  await waitFor(() => expect(app.server.asked("GET /v2/knowledge").length).toBeGreaterThan(reads));
});

test("a page that went with its last article leads to the one before", async () => {
  const app = list("?page=2", undefined, shelf(25));
  await screen.findByRole("link", { name: "Article 25" });
  expect(app.router.state.location.search).toEqual({});
});

test("nothing found is not the same as nothing there", async () => {
  list("?q=xyz", undefined, []);
  expect(await screen.findByText("No article found")).toBeTruthy();
  expect(screen.queryByText("No articles yet")).toBeNull();
});

test.each([
  ["?published=false", { published: "false" }, "Draft"],
  ["?published=true", { published: "true" }, "Published"],
  ["?published=perhaps&page=-3&tag=", { published: null, tag: null, offset: "0" }, "All"],
])("the address %s is asked for as %o, and the page says %s", async (query, asked, state) => {
  const app = list(query);
  await waitFor(() => expect(screen.getByRole<HTMLInputElement>("combobox", { name: "State" }).value).toBe(state));
  const [call] = app.server.asked("GET /v2/knowledge");
  expect(Object.fromEntries(Object.keys(asked).map((name) => [name, call?.query.get(name)]))).toEqual(asked);
});

test("what is chosen stays offered when there is none of it any more, and names that are no language are shown as they are", async () => {
  const app = list("?tag=gone&language=tlh", (server) => server.on("GET /v2/knowledge/counts", () => ({ published: 1, drafts: 0, tags: [{ name: "returns", count: 1200 }], languages: [{ name: "pt", count: 2 }, { name: "no such", count: 1 }] })));
  await waitFor(() => expect(screen.getByRole<HTMLInputElement>("combobox", { name: "Tag" }).value).toBe("#gone"));
  await app.user.click(screen.getByRole("combobox", { name: "Language" }));
  const options = (await screen.findAllByRole("option", { hidden: true })).map((one) => one.textContent);
  expect(options).toEqual(expect.arrayContaining(["Any language", "Portuguese (2)", "no such (1)"]));
  await app.user.click(screen.getByRole("combobox", { name: "Tag" }));
  expect(await screen.findByText("#returns (1,200)")).toBeTruthy();
});

test("an article is read as Markdown by whoever may not write, with its headings below the page's", async () => {
  open(`/knowledge/${id("art", 1)}`, (server) => {
    server.me = agentMe();
    server.on("GET /v2/knowledge/:id", () => article(1));
  });
  expect((await screen.findByRole("heading", { name: "Returns" })).tagName).toBe("H3");
  expect(screen.queryByRole("textbox")).toBeNull();
});

const blank = () => open("/knowledge/new", (server) => server.on("GET /v2/knowledge/:id", () => article(9)));

test("a new article that was saved is left for its own page without a question", async () => {
  const app = blank();
  app.server.on("POST /v2/knowledge", () => article(9));
  await put("Title", "Returns");
  await press("Save");
  await waitFor(() => expect(app.router.state.location.pathname).toBe(`/knowledge/${id("art", 9)}`));
  expect((await screen.findByLabelText<HTMLInputElement>("Title")).value).toBe("Article 9");
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("a new article whose saving fails stays, with the language and the tags that were chosen", async () => {
  const app = blank();
  app.server.on("POST /v2/knowledge", inTurn(gateway, new Refusal(400, "invalid_input", "A tag has letters", { field: "tags[0]" })));
  await put("Title", "Returns");
  await app.user.type(screen.getByRole("combobox", { name: "Tags" }), "!!{Enter}");
  await press("Save");
  await said("Something went wrong on our side.");
  await waitFor(() => expect(screen.getByRole("button", { name: "Save", hidden: true }).hasAttribute("data-loading")).toBe(false));
  await press("Save");
  expect(await screen.findByText("A tag has letters")).toBeTruthy();
  expect(app.server.asked("POST /v2/knowledge")[1]?.body).toMatchObject({ title: "Returns", tags: ["!!"], published: true });
});

test("a deletion that is asked about twice deletes once, and one that fails says so", async () => {
  const app = open(`/knowledge/${id("art", 1)}`, (server) => {
    server.on("GET /v2/knowledge/:id", () => article(1));
    server.on("DELETE /v2/knowledge/:id", () => new Refusal(409, "conflict", "An assistant is reading it"));
  });
  await press("Delete article");
  await press("Delete", within(await dialog()));
  await said("An assistant is reading it");
  const held = hold(app.server, "DELETE /v2/knowledge/:id", () => undefined);
  await waitFor(() => expect(screen.getByRole("button", { name: "Delete", hidden: true }).hasAttribute("data-loading")).toBe(false));
  const sure = await press("Delete", within(await dialog()));
  await app.user.dblClick(sure);
  expect(held.waiting).toBe(1);
  held.release();
  await waitFor(() => expect(app.router.state.location.pathname).toBe("/knowledge"));
});

test("what is written is text until it is Markdown: no HTML, no script, no picture from elsewhere", async () => {
  blank();
  await put("Text (Markdown)", '<img src=x onerror=alert(1)>\n\n[x](javascript:alert(1))\n\n![p](https://evil.example/p.png)\n\n## Heading');
  const preview = await screen.findByRole("region", { name: "Preview" });
  await within(preview).findByText("Heading");
  expect(preview.querySelectorAll("img, script, [onerror], a[href^=javascript]")).toHaveLength(0);
  expect(preview.textContent).toContain("<img src=x onerror=alert(1)>");
});

test("articles that cannot be read are read again from the page itself", async () => {
  list("", (server) => server.on("GET /v2/knowledge", inTurn(gateway, page(shelf(1)))));
  await press("Try again");
  expect(await screen.findByRole("link", { name: "Article 1" })).toBeTruthy();
});
