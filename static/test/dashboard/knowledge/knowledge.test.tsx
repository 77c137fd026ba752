import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { agentMe, article } from "../fake/pages.js";
import { open } from "../fake/open.js";
import { id, page } from "../fake/rows.js";
import { Refusal } from "../fake/server.js";

test("articles are listed with language, tags and state", async () => {
  open("/knowledge", (server) => server.on("GET /v2/knowledge", () => page([article(1), article(2, { published: false, language: null, tags: [] })])));
  const list = await screen.findByRole("list", { name: "Knowledge" });
  const [first, second] = within(list).getAllByRole("listitem");
  expect(first?.textContent).toContain("#returns");
  expect(within(first as HTMLElement).getByText("Published")).toBeTruthy();
  expect(within(second as HTMLElement).getByText("Draft")).toBeTruthy();
});

test("search, language and state go to the server", async () => {
  const app = open("/knowledge?language=de&published=false", (server) => server.on("GET /v2/knowledge", () => page([])));
  expect(await screen.findByText("No article found")).toBeTruthy();
  await app.user.type(screen.getByRole("searchbox"), "glaze");
  await waitFor(() => expect(app.server.asked("GET /v2/knowledge").at(-1)?.query.toString()).toBe("limit=25&offset=0&search=glaze&language=de&published=false"));
});

test("articles are narrowed to a tag and a language out of those that there are, and the address keeps it", async () => {
  const app = open("/knowledge?tag=gone", (server) => {
    server.on("GET /v2/knowledge", () => page([article(1)]));
    server.on("GET /v2/knowledge/counts", () => ({ published: 3, drafts: 0, tags: [{ name: "returns", count: 2 }], languages: [{ name: "de", count: 2 }, { name: "pt-BR", count: 1 }] }));
  });
  const tag = await screen.findByRole("combobox", { name: "Tag" });
  await waitFor(() => expect((tag as HTMLInputElement).value).toBe("#gone"));
  await app.user.click(tag);
  expect(screen.getAllByRole("option").map((one) => one.textContent)).toEqual(["Any tag", "#returns (2)", "#gone"]);
  await app.user.click(screen.getByRole("option", { name: "#returns (2)" }));
  await waitFor(() => expect(app.router.state.location.search).toMatchObject({ tag: "returns" }));
  await app.user.click(screen.getByRole("combobox", { name: "Language" }));
  expect(screen.getAllByRole("option").map((one) => one.textContent)).toEqual(["Any language", "Deutsch (2)", "Brazilian Portuguese (1)"]);
  await app.user.click(screen.getByRole("option", { name: "Deutsch (2)" }));
  await waitFor(() => expect(app.server.asked("GET /v2/knowledge").at(-1)?.query.toString()).toBe("limit=25&offset=0&language=de&tag=returns"));
});

test("a tag of an article leads to all that have it", async () => {
  const app = open("/knowledge", (server) => server.on("GET /v2/knowledge", () => page([article(1, { tags: ["returns", "fees"] })])));
  await app.user.click(await screen.findByRole("button", { name: "Only articles with #fees" }));
  await waitFor(() => expect(app.server.asked("GET /v2/knowledge").at(-1)?.query.get("tag")).toBe("fees"));
});

test("an agent reads and cannot write", async () => {
  open(`/knowledge/${id("art", 1)}`, (server) => {
    server.me = agentMe();
    server.on("GET /v2/knowledge/:id", () => article(1));
  });
  expect((await screen.findByText("30 days")).tagName).toBe("STRONG");
  expect(screen.queryByRole("textbox")).toBeNull();
});

test("a new article is seen while it is written, and is there after it is saved", async () => {
  const app = open("/knowledge/new", (server) => {
    server.on("POST /v2/knowledge", ({ body }) => article(7, body as object));
    server.on("GET /v2/knowledge/:id", () => article(7, { title: "Glazes" }));
  });
  await app.user.type(await screen.findByLabelText("Title"), "Glazes");
  fireEvent.change(screen.getByLabelText("Text (Markdown)"), { target: { value: "# Care\n\n<b>by hand</b>" } });
  const preview = screen.getByRole("region", { name: "Preview" });
  expect(within(preview).getByRole("heading", { name: "Care" })).toBeTruthy();
  expect(within(preview).getByText("<b>by hand</b>")).toBeTruthy();
  await app.user.click(screen.getByLabelText(/Published/));
  await app.user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(app.router.state.location.pathname).toBe(`/knowledge/${id("art", 7)}`));
  expect(app.server.asked("POST /v2/knowledge")[0]?.body).toEqual({ title: "Glazes", content: "# Care\n\n<b>by hand</b>", language: null, tags: [], published: false });
});

test("an article is changed in what was changed, and deleted after a question", async () => {
  let row = article(1);
  const app = open(`/knowledge/${row.id}`, (server) => {
    server.on("GET /v2/knowledge/:id", () => row);
    server.on("PATCH /v2/knowledge/:id", ({ body }) => (row = { ...row, ...(body as object) }));
    server.on("DELETE /v2/knowledge/:id", () => undefined);
  });
  await app.user.click(await screen.findByLabelText(/Published/));
  await app.user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(app.server.asked("PATCH /v2/knowledge/:id")[0]?.body).toEqual({ published: false }));
  await waitFor(() => expect(screen.queryByRole("button", { name: "Save" })).toBeNull());
  await app.user.click(screen.getByRole("button", { name: "Delete article" }));
  await app.user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Delete" }));
  await waitFor(() => expect(app.router.state.location.pathname).toBe("/knowledge"));
});

test("a title that the server refuses is said at the title", async () => {
  const app = open(`/knowledge/${id("art", 1)}`, (server) => {
    server.on("GET /v2/knowledge/:id", () => article(1));
    server.on("PATCH /v2/knowledge/:id", () => new Refusal(400, "invalid_input", "The title is too long", { field: "title" }));
  });
  await app.user.type(await screen.findByLabelText("Title"), "!");
  await app.user.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("The title is too long")).toBeTruthy();
});

test("a file brings articles in, and the page says how many", async () => {
  const app = open("/knowledge", (server) => server.on("POST /v2/knowledge/import", () => ({ created: 2, updated: 1, unchanged: 0 })));
  await screen.findByText("No articles yet");
  const field = document.querySelector('input[type="file"]') as HTMLInputElement;
  await app.user.upload(field, new File(["title,content\nA,B"], "articles.csv", { type: "text/csv" }));
  expect(await screen.findByText("Imported: 2 new, 1 changed, 0 as they were")).toBeTruthy();
  expect(app.server.asked("POST /v2/knowledge/import")[0]?.headers.get("Content-Type")).toMatch(/^multipart\/form-data/);
});
