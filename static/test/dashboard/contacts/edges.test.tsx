import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { changesOf } from "../../../src/dashboard/contacts/ContactChanged.js";
import { wayTo } from "../../../src/dashboard/contacts/contact.js";
import { previewOf } from "../../../src/dashboard/contacts/MergeDialog.js";
import { speak } from "../../../src/dashboard/i18n/index.js";
import { gateway, hold, inTurn, paged, refusals } from "../fake/answers.js";
import { backAt, dialog, press, put, said } from "../fake/hands.js";
import { open } from "../fake/open.js";
import { contact } from "../fake/pages.js";
import { conversation, id, page } from "../fake/rows.js";
import { type FakeV2, Refusal } from "../fake/server.js";

afterEach(() => speak("en"));

type Contact = ReturnType<typeof contact>;

/** The page of a contact on a server that counts versions as the real one does. */
function openContact(change: Partial<Contact> = {}, prepare: (server: FakeV2) => void = () => undefined) {
  const store = { row: contact(1, change) };
  const write = (part: object): Contact => (store.row = { ...store.row, ...part, version: `${store.row.version}'` });
  const app = open(`/contacts/${store.row.id}`, (server) => {
    server.on("GET /v2/contact/:id", () => store.row);
    server.on("PATCH /v2/contact/:id", ({ body, headers }) => {
      if (headers.get("If-Match") === `"${store.row.version}"`) return write(body as object);
      return new Refusal(409, "conflict", "The contact was changed", { version: store.row.version });
    });
    prepare(server);
  });
  return { ...app, store, write };
}
const everybody = (count: number) => Array.from({ length: count }, (_, i) => contact(i + 1));
const patches = (server: FakeV2) => server.asked("PATCH /v2/contact/:id").map(({ body }) => body);

test("values typed letter by letter are in the end of the kind that they were, whatever they are in between", async () => {
  const facts: [name: string, value: unknown, steps: string[], want: unknown][] = [
    ["number", 3, ["3.", "3.0", "3.05"], 3.05],
    ["emptied", 3, ["", "7"], 7],
    ["negative", 3, ["-", "-4"], -4],
    ["object", { vip: true }, ['{"vip":true,', '{"vip":true,"n"', '{"vip":true,"n":1}'], { vip: true, n: 1 }],
    ["list", [1], ["[1", "one"], "one"],
    ["flag", true, ["fals", "false"], false],
    ["digits", "007", ["0078"], "0078"],
    ["braces", "{}", ['{"a":1}'], '{"a":1}'],
    ["nothing", null, ["nul", "null"], null],
  ];
  const app = openContact({ metadata: Object.fromEntries(facts.map(([name, value]) => [name, value])) });
  const values = within(await screen.findByRole("group", { name: "Metadata" }));
  for (const [name, , steps] of facts) for (const text of steps) expect((await put(name, text, values)).value, name).toBe(text);
  await press("Save");
  await waitFor(() => expect(patches(app.server)).toEqual([{ metadata: Object.fromEntries(facts.map(([name, , , want]) => [name, want])) }]));
});

test("a value may have any name, also one that every object has, and a name that is taken adds none", async () => {
  const app = openContact({ metadata: { plan: "gold" } });
  for (const name of ["constructor", "__proto__", "plan", "  "]) fireEvent.keyDown(await put("Name of the value", name), { key: "Enter" });
  await put("constructor", "Ltd");
  await press("Save");
  await waitFor(() => expect(patches(app.server)).toHaveLength(1));
  expect(Object.entries((patches(app.server)[0] as { metadata: object }).metadata)).toEqual([["plan", "gold"], ["constructor", "Ltd"], ["__proto__", ""]]);
});

test("an Enter that ends a word of an input method adds no value", async () => {
  openContact({ metadata: {} });
  const field = await put("Name of the value", "ぷらん");
  fireEvent.keyDown(field, { key: "Enter", isComposing: true, keyCode: 229 });
  expect(field.value).toBe("ぷらん");
  fireEvent.keyDown(field, { key: "Enter" });
  expect(await screen.findByLabelText("ぷらん")).toBeTruthy();
});

test("one's own save is not taken for somebody else's, however soon the next one follows", async () => {
  const app = openContact();
  for (const name of ["Ada", "Grace", "Edith"]) {
    await put("First name", name);
    await press("Save");
    await waitFor(() => expect(app.store.row.first_name).toBe(name));
  }
  expect(screen.queryByText(/Somebody changed this contact/)).toBeNull();
});

test("a contact that others change twice while one writes is shown anew each time, and at last saved over what was seen", async () => {
  const app = openContact();
  await put("First name", "Ada");
  for (const email of ["a@example.com", "b@example.com"]) {
    app.write({ email });
    await press("Save");
    await waitFor(() => expect(within(screen.getByText(/Somebody changed this contact/).parentElement as HTMLElement).getByText(email)).toBeTruthy());
    await waitFor(() => expect(screen.getByRole("button", { name: "Save", hidden: true }).hasAttribute("data-loading")).toBe(false));
  }
  expect(app.store.row.first_name).toBe("Visitor");
  await press("Save");
  await waitFor(() => expect(app.store.row).toMatchObject({ first_name: "Ada", email: "b@example.com" }));
  await waitFor(() => expect(screen.queryByText(/Somebody changed this contact/)).toBeNull());
});

test("a change that is discarded takes what was said of the others' with it", async () => {
  const app = openContact();
  await put("First name", "Ada");
  app.write({ last_name: "Theirs" });
  await press("Save");
  await screen.findByText(/Somebody changed this contact/);
  await press("Discard");
  await waitFor(() => expect(screen.queryByText(/Somebody changed this contact/)).toBeNull());
  expect(screen.getByLabelText<HTMLInputElement>("Last name").value).toBe("Theirs");
});

test("only what people can change is called changed", () => {
  const before = contact(1, { metadata: { a: 1 } });
  expect(changesOf(before, { ...before, version: "v2", updated_at: "2027-01-01T00:00:00Z", full_name: "X" })).toEqual([]);
  expect(changesOf(before, { ...before, email: null, metadata: { a: 2 } })).toEqual([
    { field: "email", value: "—" },
    { field: "metadata", value: '{"a":2}' },
  ]);
});

test("a contact that was erased meanwhile says so instead of a form", async () => {
  openContact({}, (server) => server.on("GET /v2/contact/:id", () => new Refusal(404, "not_found", "Contact not found")));
  expect((await screen.findByRole("alert")).textContent).toContain("It is not there, or no longer.");
  expect(screen.queryByLabelText("First name")).toBeNull();
  // The way back is no link to where one is.
  expect(within(screen.getByRole("main")).getByRole("link", { name: "Contacts" }).getAttribute("aria-current")).toBeNull();
});

test("erasing with unsaved changes asks nothing more: they go with the contact", async () => {
  const app = openContact({}, (server) => server.on("DELETE /v2/contact/:id", () => undefined));
  await put("First name", "Ada");
  await press("Erase");
  const box = within(await dialog("Erase this contact?"));
  await put(/Type/, "  Visitor 1 ", box);
  await press("Erase for good", box);
  await said("The contact is erased");
  expect(app.router.state.location.pathname).toBe("/contacts");
  expect(screen.queryByRole("dialog", { name: "Leave without saving your changes?" })).toBeNull();
});

test("an erasure that is refused leaves everything where it was", async () => {
  const [answer, words] = refusals.forbidden;
  const app = openContact({}, (server) => server.on("DELETE /v2/contact/:id", () => answer));
  await press("Erase");
  const box = within(await dialog());
  await put(/Type/, "Visitor 1", box);
  await press("Erase for good", box);
  await said(words);
  expect(app.router.state.location.pathname).toBe(`/contacts/${id("cnt", 1)}`);
  expect(box.getByRole<HTMLInputElement>("textbox").value).toBe("Visitor 1");
});

test.each<[string, Partial<Contact>, string]>([
  ["no address", { email: null, phone: null }, "chat"],
  ["an e-mail address", {}, "email"],
  ["a number", { email: null, phone: "+14155550123" }, "sms"],
  ["a preference", { phone: "+14155550123", preferred_channel: "whatsapp" }, "whatsapp"],
  ["a preference for what nobody writes on", { preferred_channel: "voice" }, "email"],
  ["a preference that cannot be met", { preferred_channel: "sms" }, "email"],
])("a message to somebody with %s goes the way that reaches them", (_, change, way) => expect(wayTo(contact(1, change))).toBe(way));

test("a refused message keeps its words, and says at the channel what is wrong with it", async () => {
  openContact({}, (server) => server.on("POST /v2/contact/:id/message", inTurn(new Refusal(400, "invalid_input", "No such account is connected", { field: "channel" }), gateway)));
  await press("Write a message");
  const box = within(await dialog());
  const text = await put("Message", "Hello", box);
  await press("Send", box);
  await waitFor(() => expect(box.getByRole("combobox", { name: "Channel" }).getAttribute("aria-invalid")).toBe("true"));
  await press("Send", box);
  await said("Something went wrong on our side.");
  expect(text.value).toBe("Hello");
});

test("whoever is blocked is not written to, and windows give the focus back to what opened them", async () => {
  const app = openContact({ status: "blocked" });
  expect((await screen.findByRole<HTMLButtonElement>("button", { name: "Write a message" })).disabled).toBe(true);
  const opener = screen.getByRole("button", { name: "Merge with another" });
  await app.user.click(opener);
  await dialog("Merge into Visitor 1");
  await app.user.keyboard("{Escape}");
  await backAt(opener);
});

test("a search for the other half of a merge that fails says so, and is tried again", async () => {
  openContact({}, (server) => server.on("GET /v2/contacts", inTurn(gateway, paged(everybody(3)))));
  await press("Merge with another");
  const box = within(await dialog());
  await press("Try again", box);
  expect(await box.findAllByRole("button", { name: /^Choose: / })).toHaveLength(2);
});

test("a merge that finds the other gone says so, and another may be chosen", async () => {
  openContact({}, (server) => {
    server.on("GET /v2/contacts", paged(everybody(3)));
    server.on("POST /v2/contact/:id/merge", () => new Refusal(404, "not_found", "Contact not found"));
  });
  await press("Merge with another");
  await press("Choose: Visitor 2");
  await press("Merge now");
  await said("It is not there, or no longer.");
  await press("Back");
  expect(await screen.findByRole("button", { name: "Choose: Visitor 3" })).toBeTruthy();
});

test("what a merge moves is never both taken and kept, and nothing that is there already is told", () => {
  const values = [null, "a@example.com", "b@example.com"];
  for (const mine of values) {
    for (const theirs of values) {
      const told = previewOf(contact(1, { email: mine }), contact(2, { email: theirs, first_name: "Visitor", last_name: "1" })).map(({ key }) => key);
      const want = !theirs || theirs === mine ? [] : [mine ? "mergeKept" : "mergeTakes"];
      expect(told, `${mine} and ${theirs}`).toEqual(["mergeMoves", ...want, "mergeGone"]);
    }
  }
});

test.each([
  ["?page=9", 26, 2],
  ["?page=2", 25, undefined],
  ["?page=3&status=blocked", 0, undefined],
])("a page that is there no longer (%s of %d) leads to the last one there is", async (query, total, last) => {
  const app = open(`/contacts${query}`, (server) => server.on("GET /v2/contacts", paged(everybody(total), 25)));
  await waitFor(() => expect((app.router.state.location.search as { page?: number }).page).toBe(last));
  if (total === 0) expect(await screen.findByText("Nobody found")).toBeTruthy();
  else await waitFor(() => expect(screen.getAllByRole("row", { hidden: true }).length).toBeGreaterThan(1));
});

test("the page before stays while the next one comes, and a filter begins at the first page", async () => {
  const app = open("/contacts", (server) => server.on("GET /v2/contacts", paged(everybody(60), 25)));
  await screen.findByText("Visitor 25");
  const held = hold(app.server, "GET /v2/contacts", paged(everybody(60), 25));
  await press("Next page");
  await waitFor(() => expect(held.waiting).toBe(1));
  expect(screen.getByText("Visitor 25")).toBeTruthy();
  held.release();
  await screen.findByText("Visitor 50");
  await put("Search by name, e-mail or phone", "2024");
  await waitFor(() => expect(app.router.state.location.search).toEqual({ q: "2024" }));
  expect(app.server.asked("GET /v2/contacts").at(-1)?.query.get("search")).toBe("2024");
});

test("digits that are searched for are still digits when the address is opened anew", async () => {
  const app = open("/contacts?q=%222024%22");
  expect((await screen.findByRole<HTMLInputElement>("searchbox", { name: /Search by name/ })).value).toBe("2024");
  expect(app.server.asked("GET /v2/contacts")[0]?.query.get("search")).toBe("2024");
});

test("a number stands from left to right in a table that reads from right to left", async () => {
  await act(() => speak("ar"));
  open("/contacts", (server) => server.on("GET /v2/contacts", () => page([contact(1, { phone: "+14155550123", full_name: "ليلى حداد" })])));
  expect((await screen.findByText("+14155550123")).dir).toBe("ltr");
  expect(screen.getByText("ليلى حداد").tagName).toBe("BDI");
  expect(document.documentElement.dir).toBe("rtl");
});

test("conversations that cannot be read do not take the form with them", async () => {
  openContact({}, (server) => server.on("GET /v2/contact/:id/conversations", inTurn(gateway, page([conversation(1, { subject: null, last_message_preview: "" })]))));
  await screen.findByLabelText("First name");
  await press("Try again");
  expect(await screen.findByRole("link", { name: "No subject" })).toBeTruthy();
});
