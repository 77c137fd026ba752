import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { ask, type Assistant, namesIn, siteIdOf } from "../../../src/dashboard/assistants/assistant.js";
import { filled } from "../../../src/dashboard/assistants/TryOut.js";
import { chooseSandbox } from "../../../src/dashboard/session/sandbox.js";
import { assistant } from "../fake/pages.js";
import { open } from "../fake/open.js";
import { FakeV2 } from "../fake/server.js";

const refusal = (status: number, message: string) => new Response(JSON.stringify({ message, error: "Bad Request", statusCode: status }), { status });

/** The page of an assistant, whose changes stay. */
function openAssistant(change: Partial<Assistant> = {}) {
  let row = assistant(1, change);
  return open(`/settings/assistants/${row.id}`, (server) => {
    server.on("GET /api/assistants/:id", () => row);
    server.on("PATCH /api/assistants/:id", ({ body }) => (row = { ...row, ...(body as object), status: "changed" }));
    server.on("POST /api/assistants/:id/publish", () => (row = { ...row, status: "published", publishedAt: row.updatedAt }));
    server.on("POST /api/sessions", () => ({ session: { id: "session-1" } }));
    server.on("POST /api/chats", ({ body }) => ({ chat: { id: "chat-1", output: [{ role: "assistant", content: `You asked **${(body as { input: string }).input}**` }], citations: [{ articleId: "art_1", title: "Returns" }] } }));
  });
}

test("assistants are listed with their state", async () => {
  open("/settings/assistants", (server) => server.on("GET /api/assistants", () => [assistant(1), assistant(2, { name: "Kiln", status: "draft" }), assistant(3, { name: "Wheel", status: "changed" })]));
  const list = await screen.findByRole("list", { name: "Assistants" });
  expect(within(list).getAllByRole("listitem").map((row) => row.textContent?.replace(/Changed .*? ago|Changed .*?year/, ""))).toHaveLength(3);
  expect(within(list).getByText("Unpublished changes")).toBeTruthy();
});

test("a new one begins as a template, with the account's name in it, as a draft", async () => {
  const app = open("/settings/assistants", (server) => {
    server.on("GET /api/assistants", () => []);
    server.on("POST /api/assistants", () => assistant(9));
    server.on("GET /api/assistants/:id", () => assistant(9));
  });
  await app.user.click((await screen.findAllByRole("button", { name: "New assistant" }))[0] as HTMLElement);
  const dialog = await screen.findByRole("dialog");
  await app.user.type(within(dialog).getByLabelText("Name"), "Clay");
  await app.user.click(within(dialog).getByRole("combobox", { name: "Begin with" }));
  await app.user.click(await screen.findByRole("option", { name: "Customer support" }));
  await app.user.click(within(dialog).getByRole("button", { name: "Create" }));
  await waitFor(() => expect(app.router.state.location.pathname).toBe(`/settings/assistants/${assistant(9).id}`));
  expect(app.server.asked("POST /api/assistants")[0]?.body).toMatchObject({ name: "Clay", draft: true, variables: { company: "Example Shop" } });
});

test("a copy takes over prompt, variables and skills", async () => {
  const app = open("/settings/assistants", (server) => {
    server.on("GET /api/assistants", () => [assistant(1, { handoff: false })]);
    server.on("POST /api/assistants", () => assistant(9));
    server.on("GET /api/assistants/:id", () => assistant(9));
  });
  await app.user.click(await screen.findByRole("button", { name: "New assistant" }));
  const dialog = await screen.findByRole("dialog");
  await app.user.type(within(dialog).getByLabelText("Name"), "Clay 2");
  await app.user.click(within(dialog).getByRole("combobox", { name: "Begin with" }));
  await app.user.click(await screen.findByRole("option", { name: "Clay" }));
  await app.user.click(within(dialog).getByRole("button", { name: "Create" }));
  await waitFor(() => expect(app.server.asked("POST /api/assistants")[0]?.body).toMatchObject({ systemPrompt: "You answer for {{company}}.", handoff: false, knowledge: true }));
});

test("variables appear as the prompt names them, and the draft is saved", async () => {
  const app = openAssistant();
  fireEvent.change(await screen.findByLabelText("Prompt"), { target: { value: "Be {{tone}} for {{company}}." } });
  await app.user.type(screen.getByLabelText("{{tone}}"), "kind");
  await app.user.click(screen.getByRole("button", { name: "Save draft" }));
  await waitFor(() => expect(app.server.asked("PATCH /api/assistants/:id")[0]?.body).toEqual({ systemPrompt: "Be {{tone}} for {{company}}.", variables: { company: "Example Shop", tone: "kind" } }));
  expect(await screen.findByText("Unpublished changes")).toBeTruthy();
});

test("a draft is published, and unsaved changes have to be saved before", async () => {
  const app = openAssistant({ status: "changed" });
  const publish = (await screen.findByRole("button", { name: "Publish" })) as HTMLButtonElement;
  await app.user.click(screen.getByLabelText(/^Offer a person/));
  expect(publish.disabled).toBe(true);
  await app.user.click(screen.getByRole("button", { name: "Discard" }));
  await app.user.click(publish);
  expect(await screen.findByText(/Published: sessions use it/)).toBeTruthy();
});

test("model and server: emptied values are the server's choice and nobody", async () => {
  const app = openAssistant({ server: { url: "https://a.example", events: ["chat.created"] }, model: { provider: null, model: "small", temperature: null, maxTokens: null } });
  await app.user.clear(await screen.findByLabelText("Model"));
  fireEvent.change(screen.getByLabelText("Temperature"), { target: { value: "0.5" } });
  await app.user.click(screen.getByLabelText("chat.deleted"));
  await app.user.click(screen.getByRole("button", { name: "Save draft" }));
  await waitFor(() =>
    expect(app.server.asked("PATCH /api/assistants/:id")[0]?.body).toEqual({
      model: { provider: null, model: null, temperature: 0.5, maxTokens: null },
      server: { url: "https://a.example", events: ["chat.created", "chat.deleted"] },
    }),
  );
  await app.user.clear(screen.getByLabelText("Server URL"));
  expect(screen.queryByLabelText("chat.created")).toBeNull();
});

test("what the surface refuses is said at the field that it names", async () => {
  const app = openAssistant();
  app.server.on("PATCH /api/assistants/:id", () => refusal(400, "name must not be empty"));
  await app.user.clear(await screen.findByLabelText("Name"));
  await app.user.click(screen.getByRole("button", { name: "Save draft" }));
  expect(await screen.findByText("name must not be empty")).toBeTruthy();
});

test("a try goes on in one session, as the saved draft, and shows its sources", async () => {
  const app = openAssistant();
  const pane = await screen.findByRole("complementary", { name: "Try it" });
  expect(within(pane).getByText("Hello from Example Shop!")).toBeTruthy();
  await app.user.type(within(pane).getByRole("textbox"), "Returns?{Enter}");
  expect(await within(pane).findByText("Returns?", { selector: "strong" })).toBeTruthy();
  expect(within(pane).getByText("Returns")).toBeTruthy();
  await app.user.type(within(pane).getByRole("textbox"), "And?{Enter}");
  await waitFor(() => expect(app.server.asked("POST /api/chats")).toHaveLength(2));
  expect(app.server.asked("POST /api/sessions")).toHaveLength(1);
  expect(app.server.asked("POST /api/chats")[1]?.body).toMatchObject({ sessionId: "session-1", input: "And?", assistantOverrides: { systemPrompt: "You answer for {{company}}.", variableValues: { company: "Example Shop" } } });
  await app.user.click(within(pane).getByRole("button", { name: "Start again" }));
  expect(within(pane).queryByText("Returns")).toBeNull();
});

test("a failed try says so, and the question stays", async () => {
  const app = openAssistant();
  app.server.on("POST /api/chats", () => refusal(502, "The model does not answer"));
  const pane = await screen.findByRole("complementary", { name: "Try it" });
  await app.user.type(within(pane).getByRole("textbox"), "Hello?{Enter}");
  expect(await screen.findByText("That did not work")).toBeTruthy();
  expect(within(pane).getByText("Hello?")).toBeTruthy();
});

test("one that was never published has to be first", async () => {
  openAssistant({ status: "draft", publishedAt: null });
  expect(await screen.findByText("Publish it once to try it.")).toBeTruthy();
});

test("an assistant is deleted after a question", async () => {
  const app = openAssistant();
  app.server.on("DELETE /api/assistants/:id", () => assistant(1));
  app.server.on("GET /api/assistants", () => []);
  await app.user.click(await screen.findByRole("button", { name: "Delete assistant" }));
  await app.user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Delete" }));
  await waitFor(() => expect(app.router.state.location.pathname).toBe("/settings/assistants"));
});

test("names in a text are found once, and values fill a message once", () => {
  expect(namesIn("{{a}} {{ b }} {{a}} {{}} {c}")).toEqual(["a", "b"]);
  expect(filled({ firstMessage: "{{a}} {{b}}!", variables: { a: "{{b}}" } })).toBe("{{b}} !");
  expect(siteIdOf("assistant-01h4")).toBe("asst_01h4");
});

test("calls go to the sandbox in test mode, and a cut line is an error of its own", async () => {
  const server = new FakeV2().install();
  server.on("GET /api/assistants", () => []);
  chooseSandbox(true);
  await ask("GET", "/assistants");
  expect(server.calls[0]?.headers.get("X-Sandbox")).toBe("1");
  chooseSandbox(false);
  server.offline = true;
  await expect(ask("GET", "/assistants")).rejects.toMatchObject({ code: 0 });
});
