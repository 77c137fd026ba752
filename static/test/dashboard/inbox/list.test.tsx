import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { open } from "../fake/open.js";
import { conversation, id, page, user } from "../fake/rows.js";
import type { FakeV2 } from "../fake/server.js";

/** So many open conversations, the first of which is the newest. */
const many = (n: number) => (server: FakeV2) => {
  server.conversations = Array.from({ length: n }, (_, i) => conversation(i + 1));
};
const shown = () => [...document.querySelectorAll("[data-conversation] bdi")].map(({ textContent }) => textContent);

test("of fifty thousand conversations only those in sight are read and drawn", async () => {
  const app = open("/inbox", many(50_000));
  await screen.findByText("Visitor 1");
  expect(document.querySelectorAll("[data-conversation]").length).toBeLessThan(40);
  const windows = app.server.asked("GET /v2/conversations").filter(({ query }) => query.get("limit") === "100");
  expect(windows).toHaveLength(1);
  expect(screen.getByRole("heading", { name: /All open/ }).textContent).toContain("50,000");
});

test("a view is an address, and asks for what it shows", async () => {
  const app = open("/inbox?view=unassigned&label=billing&q=visitor%202", (server) => {
    server.conversations = [conversation(1), conversation(2, { labels: ["billing"] }), conversation(3, { labels: ["billing"], assigned_to: { id: "usr_9", name: "Tom" } })];
  });
  await screen.findByText("Visitor 2");
  expect(shown().filter((text) => text?.startsWith("Visitor"))).toEqual(["Visitor 2"]);
  const { query } = app.server.asked("GET /v2/conversations").find((call) => call.query.get("label") === "billing") ?? { query: new URLSearchParams() };
  expect(Object.fromEntries(query)).toMatchObject({ status: "open", assigned_to: "none", label: "billing", search: "visitor 2", limit: "100", offset: "0" });
});

test("what one types into the field narrows the list and stands in the address", async () => {
  const app = open("/inbox", many(30));
  await screen.findByText("Visitor 1");
  await app.user.type(screen.getByRole("searchbox"), "question 17");
  await waitFor(() => expect(screen.queryByText("Visitor 1")).toBeNull());
  await screen.findByText("Visitor 17");
  expect(app.router.state.location.search).toEqual({ q: "question 17" });
  await app.user.clear(screen.getByRole("searchbox"));
  await screen.findByText("Visitor 1");
});

test("an empty view says what it is for, a search that finds nothing says so", async () => {
  open("/inbox?view=mine");
  await screen.findByText("Nothing on your desk");
  open("/inbox?q=zebra", many(3));
  await screen.findByText("Nothing matches");
});

test("j and k go through the list, and what was open stays in the address", async () => {
  const app = open("/inbox?view=unassigned", many(5));
  await screen.findByText("Visitor 1");
  await app.user.keyboard("j");
  await screen.findByRole("main", { name: "Conversation with Visitor 1" });
  await app.user.keyboard("jj");
  await screen.findByRole("main", { name: "Conversation with Visitor 3" });
  await app.user.keyboard("k");
  await screen.findByRole("main", { name: "Conversation with Visitor 2" });
  expect(app.router.state.location.search).toEqual({ view: "unassigned" });
});

test("where somebody points or goes next is read ahead, once", async () => {
  const app = open("/inbox", many(5));
  const read = () => app.server.calls.filter(({ path }) => path.endsWith("/messages")).map(({ path }) => path.split("/")[3]);
  await app.user.hover(await screen.findByText("Visitor 3"));
  await waitFor(() => expect(read()).toEqual([id("conv", 3)]));
  await app.user.hover(screen.getByText("Visitor 4"));
  await app.user.unhover(screen.getByText("Visitor 4"));
  await app.user.keyboard("j");
  await waitFor(() => expect(read()).toEqual([id("conv", 3), id("conv", 1), id("conv", 2)]));
  await app.user.click(screen.getByText("Visitor 3"));
  await within(await screen.findByRole("main", { name: "Conversation with Visitor 3" })).findByRole("log");
  expect(read()).toHaveLength(3);
});

test("what is ticked is done to all of it, a failure is counted, and the rest stays done", async () => {
  const app = open("/inbox", (server) => {
    many(4)(server);
    server.users = [user(), user({ id: "usr_2", name: "Tom Becker" })];
    const archive = server.conversations[1];
    server.on("POST /v2/conversation/:id/archive", ({ params }) => {
      const found = server.conversations.find(({ id }) => id === params.id);
      return found === archive ? Response.json({ error: "conflict", message: "Not closed", code: 409, details: {} }, { status: 409 }) : Object.assign(found ?? {}, { status: "archived" });
    });
  });
  await app.user.click(await screen.findByRole("checkbox", { name: /Visitor 1/ }));
  await app.user.click(screen.getByRole("checkbox", { name: /Visitor 2/ }));
  const bar = screen.getByRole("toolbar", { name: "2 selected" });
  await app.user.click(within(bar).getByRole("button", { name: "Archive" }));
  await screen.findByText("1 conversation could not be changed");
  expect(app.server.conversations.map(({ status }) => status)).toEqual(["archived", "open", "open", "open"]);
  expect(screen.queryByRole("toolbar")).toBeNull();
});

test("a range over rows that nobody has seen is ticked as a whole", async () => {
  const app = open("/inbox", many(1_000));
  await app.user.click(await screen.findByRole("checkbox", { name: "Select the conversation with Visitor 1" }));
  const list = screen.getByRole("region", { name: "Conversations" });
  list.scrollTop = 350 * 76;
  fireEvent.scroll(list);
  const last = await screen.findByRole("checkbox", { name: "Select the conversation with Visitor 351" });
  fireEvent.click(last, { shiftKey: true });
  await screen.findByRole("toolbar", { name: "351 selected" });
  fireEvent.click(last, { shiftKey: false });
  await screen.findByRole("toolbar", { name: "350 selected" });
});

test("a filter is kept under a name, and leads back to its address", async () => {
  const app = open("/inbox?channel=email&priority=high", many(2));
  await app.user.click(await screen.findByRole("button", { name: "Filter and sort" }));
  await app.user.click(await screen.findByRole("menuitem", { name: "Save this filter…" }));
  await app.user.type(await screen.findByLabelText("Name"), "Hot mail{Enter}");
  const link = await screen.findByRole("link", { name: "Hot mail" });
  await app.user.click(screen.getByRole("button", { name: "Remove the filter E-mail" }));
  await waitFor(() => expect(app.router.state.location.search).toEqual({ priority: "high" }));
  await app.user.click(link);
  await waitFor(() => expect(app.router.state.location.search).toEqual({ channel: "email", priority: "high" }));
});

test("a list that cannot be read says so and can be tried again", async () => {
  let broken = true;
  const app = open("/inbox", (server) => {
    many(1)(server);
    server.on("GET /v2/conversations", ({ query }) => (broken ? new Response("{}", { status: 503 }) : page(server.conversations, Number(query.get("limit")))));
  });
  await app.user.click(await screen.findByRole("button", { name: "Try again" }));
  broken = false;
  await app.user.click(await screen.findByRole("button", { name: "Try again" }));
  await screen.findByText("Visitor 1");
});

test("a space before the next word stays in the field, and ticks do not outlive their view", async () => {
  const app = open("/inbox", many(30));
  await screen.findByText("Visitor 1");
  await app.user.click(screen.getAllByRole("checkbox")[0] as HTMLElement);
  await screen.findByText(/selected/);
  const find = screen.getByRole<HTMLInputElement>("searchbox");
  await app.user.type(find, "question ");
  await waitFor(() => expect(app.router.state.location.search).toEqual({ q: "question" }));
  await waitFor(() => expect(screen.queryByText(/selected/)).toBeNull());
  expect(find.value).toBe("question ");
});
