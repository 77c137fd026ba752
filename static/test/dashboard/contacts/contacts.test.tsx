import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { previewOf } from "../../../src/dashboard/contacts/MergeDialog.js";
import { channelsOf, nameOf } from "../../../src/dashboard/contacts/contact.js";
import { contact } from "../fake/pages.js";
import { hurry } from "../fake/hands.js";
import { open } from "../fake/open.js";
import { conversation, id, page } from "../fake/rows.js";
import { Refusal } from "../fake/server.js";

const one = contact(1, { phone: "+14155550123", metadata: { plan: "gold", orders: 3 } });

/** The page of a contact, whose changes stay. */
function openContact(change = {}) {
  let row = { ...one, ...change };
  return open(`/contacts/${row.id}`, (server) => {
    server.on("GET /v2/contact/:id", () => row);
    server.on("PATCH /v2/contact/:id", ({ body }) => (row = { ...row, ...(body as object) }));
    server.on("GET /v2/contact/:id/conversations", () => page([conversation(1, { subject: "Parcel 10250", contact_id: row.id })]));
  });
}

test("contacts stand in a table, each with its status", async () => {
  open("/contacts", (server) => server.on("GET /v2/contacts", () => page([one, contact(2, { status: "blocked", full_name: null })])));
  const table = await screen.findByRole("table");
  expect(within(table).getByRole("link", { name: "Visitor 1" }).getAttribute("href")).toBe(`/app/contacts/${one.id}`);
  expect(within(table).getByRole("link", { name: "visitor2@example.com" })).toBeTruthy();
  expect(within(table).getByText("Blocked")).toBeTruthy();
});

test("what is searched for stands in the address and goes to the server", async () => {
  const app = open("/contacts", (server) => server.on("GET /v2/contacts", ({ query }) => page(query.get("search") ? [] : [one])));
  hurry(await screen.findByRole("searchbox", { name: /Search by name/ }), "nobody");
  expect(await screen.findByText("Nobody found")).toBeTruthy();
  expect(app.router.state.location.search).toMatchObject({ q: "nobody" });
  expect(app.server.asked("GET /v2/contacts").at(-1)?.query.get("search")).toBe("nobody");
});

test("status, order and page narrow the list, and another filter begins at the first page", async () => {
  const app = open("/contacts?page=2", (server) => server.on("GET /v2/contacts", ({ query }) => page([one], 25, Number(query.get("offset")), 60)));
  expect(await screen.findByText("26–50 of 60")).toBeTruthy();
  await app.user.click(screen.getByRole("button", { name: "Next page" }));
  await waitFor(() => expect(app.server.asked("GET /v2/contacts").at(-1)?.query.get("offset")).toBe("50"));
  await app.user.click(screen.getByRole("combobox", { name: "Status" }));
  await app.user.click(await screen.findByRole("option", { name: "Blocked" }));
  await waitFor(() => expect(app.router.state.location.search).toEqual({ status: "blocked" }));
  expect(app.server.asked("GET /v2/contacts").at(-1)?.query.get("status")).toBe("blocked");
});

test("an address that says nonsense shows all contacts", async () => {
  const app = open("/contacts?status=purple&sort=x&page=-3", (server) => server.on("GET /v2/contacts", () => page([one])));
  await screen.findByRole("table");
  expect(app.server.asked("GET /v2/contacts")[0]?.query.has("status")).toBe(false);
});

test("without contacts the page says how they come", async () => {
  open("/contacts");
  expect(await screen.findByText("No contacts yet")).toBeTruthy();
});

test("a list that cannot be read says so, and reads again", async () => {
  let broken = true;
  const app = open("/contacts", (server) => server.on("GET /v2/contacts", () => (broken ? new Refusal(500, "internal_error") : page([one]))));
  await screen.findByRole("alert");
  broken = false;
  await app.user.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByRole("table")).toBeTruthy();
});

test("a new contact is made of what was given, and opens", async () => {
  const app = open("/contacts", (server) => {
    server.on("POST /v2/contact", () => one);
    server.on("GET /v2/contact/:id", () => one);
    server.on("GET /v2/contact/:id/conversations", () => page([]));
  });
  await app.user.click(await screen.findByRole("button", { name: "New contact" }));
  const dialog = await screen.findByRole("dialog");
  await app.user.type(within(dialog).getByLabelText("First name"), "Jane");
  await app.user.type(within(dialog).getByLabelText("E-mail"), "jane@example.com");
  await app.user.click(within(dialog).getByRole("button", { name: "Create contact" }));
  await waitFor(() => expect(app.router.state.location.pathname).toBe(`/contacts/${one.id}`));
  expect(app.server.asked("POST /v2/contact")[0]?.body).toEqual({ first_name: "Jane", email: "jane@example.com" });
});

test("an address that is taken leads to who has it", async () => {
  const app = open("/contacts", (server) => server.on("POST /v2/contact", () => new Refusal(409, "conflict", "Another contact has this address", { field: "email", existing_id: id("cnt", 9) })));
  await app.user.click(await screen.findByRole("button", { name: "New contact" }));
  const dialog = await screen.findByRole("dialog");
  await app.user.type(within(dialog).getByLabelText("E-mail"), "jane@example.com{Enter}");
  const link = await within(dialog).findByRole("link", { name: "Open that contact" });
  expect(link.getAttribute("href")).toBe(`/app/contacts/${id("cnt", 9)}`);
});

test("fields are saved alone that were changed, and emptied ones are cleared", async () => {
  const app = openContact();
  const first = await screen.findByLabelText("First name");
  await app.user.clear(first);
  await app.user.type(first, "Jane");
  await app.user.clear(screen.getByLabelText("Phone"));
  await app.user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(app.server.asked("PATCH /v2/contact/:id")[0]?.body).toEqual({ first_name: "Jane", phone: null }));
  await waitFor(() => expect(screen.queryByRole("button", { name: "Save" })).toBeNull());
  expect((screen.getByLabelText("First name") as HTMLInputElement).value).toBe("Jane");
});

test("what somebody else changed meanwhile is shown before it is overwritten, and nothing typed is lost", async () => {
  let row = contact(1);
  const app = open(`/contacts/${row.id}`, (server) => {
    server.on("GET /v2/contact/:id", () => row);
    server.on("PATCH /v2/contact/:id", ({ body, headers }) => {
      if (headers.get("If-Match") !== `"${row.version}"`) return new Refusal(409, "conflict", "It has changed", { changed: ["first_name", "phone"], version: row.version });
      return (row = contact(1, { ...row, ...(body as object), version: "v9" }));
    });
  });
  const last = await screen.findByLabelText("Last name");
  fireEvent.change(last, { target: { value: "Roe" } });
  row = contact(1, { first_name: "Janet", phone: "+14155550199", version: "v7" });
  await app.user.click(screen.getByRole("button", { name: "Save" }));
  const told = await screen.findByRole("alert");
  expect(within(told).getAllByRole("listitem").map((one) => one.textContent)).toEqual(["First name: Janet", "Phone: +14155550199"]);
  expect([last, screen.getByLabelText("First name")].map((one) => (one as HTMLInputElement).value)).toEqual(["Roe", "Janet"]);
  await app.user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(screen.queryByRole("button", { name: "Save" })).toBeNull());
  expect(app.server.asked("PATCH /v2/contact/:id").map(({ headers }) => headers.get("If-Match"))).toEqual(['"v1"', '"v7"']);
  expect(row).toMatchObject({ first_name: "Janet", last_name: "Roe" });
  expect(screen.queryByText(/Somebody changed this contact/)).toBeNull();
});

test("a change that came in while one writes counts from when one began", async () => {
  let row = contact(1);
  const app = open(`/contacts/${row.id}`, (server) => {
    server.on("GET /v2/contact/:id", () => row);
    server.on("PATCH /v2/contact/:id", () => new Refusal(409, "conflict", "It has changed", { changed: ["metadata"], version: "v7" }));
  });
  fireEvent.change(await screen.findByLabelText("Last name"), { target: { value: "Roe" } });
  row = contact(1, { metadata: { plan: "gold" }, version: "v7" });
  await app.queries.invalidateQueries();
  await screen.findByLabelText("plan");
  await app.user.click(screen.getByRole("button", { name: "Save" }));
  expect((await screen.findByRole("alert")).textContent).toContain('Metadata: {"plan":"gold"}');
  expect(app.server.asked("PATCH /v2/contact/:id")[0]?.headers.get("If-Match")).toBe('"v1"');
  await app.user.click(screen.getByRole("button", { name: "Discard" }));
  await waitFor(() => expect(screen.queryByText(/Somebody changed this contact/)).toBeNull());
});

test("what the server blames stands beside its field, and nothing typed is lost", async () => {
  const app = openContact();
  app.server.on("PATCH /v2/contact/:id", () => new Refusal(400, "invalid_input", "Not a phone number", { field: "phone" }));
  const phone = await screen.findByLabelText("Phone");
  await app.user.clear(phone);
  await app.user.type(phone, "12");
  await app.user.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("Not a phone number")).toBeTruthy();
  expect((phone as HTMLInputElement).value).toBe("12");
});

test("values of the metadata keep their kind, and come and go", async () => {
  const app = openContact();
  fireEvent.change(await screen.findByLabelText("orders"), { target: { value: "4" } });
  await app.user.click(screen.getByRole("button", { name: "Delete: plan" }));
  await app.user.type(screen.getByLabelText("Name of the value"), "tier{Enter}");
  await app.user.type(screen.getByLabelText("tier"), "A");
  await app.user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(app.server.asked("PATCH /v2/contact/:id")[0]?.body).toEqual({ metadata: { orders: 4, tier: "A" } }));
});

test("a contact's conversations lead to the inbox", async () => {
  openContact();
  const link = await screen.findByRole("link", { name: "Parcel 10250" });
  expect(link.getAttribute("href")).toBe(`/app/inbox/${id("conv", 1)}`);
});

test("a contact is blocked and unblocked", async () => {
  const app = openContact();
  await app.user.click(await screen.findByRole("button", { name: "Block" }));
  expect(await screen.findByRole("button", { name: "Unblock" })).toBeTruthy();
  expect(app.server.asked("PATCH /v2/contact/:id")[0]?.body).toEqual({ status: "blocked" });
  expect((screen.getByRole("button", { name: "Write a message" }) as HTMLButtonElement).disabled).toBe(true);
});

test("all that is known is handed out as a file", async () => {
  const app = openContact();
  const made: Blob[] = [];
  vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: (blob: Blob) => (made.push(blob), "blob:1"), revokeObjectURL: () => undefined }));
  app.server.on("GET /v2/export", ({ query }) => ({ contact: { id: query.get("contact") }, conversations: [] }));
  await app.user.click(await screen.findByRole("button", { name: /GDPR/ }));
  await waitFor(() => expect(made).toHaveLength(1));
  expect(JSON.parse((await made[0]?.text()) ?? "")).toEqual({ contact: { id: one.id }, conversations: [] });
});

test("erasing asks for the name to be typed, and goes back to the list", async () => {
  const app = openContact();
  app.server.on("DELETE /v2/contact/:id", () => undefined);
  await app.user.click(await screen.findByRole("button", { name: "Erase" }));
  const dialog = await screen.findByRole("dialog");
  const erase = within(dialog).getByRole("button", { name: "Erase for good" }) as HTMLButtonElement;
  await app.user.type(within(dialog).getByRole("textbox"), "Visitor");
  expect(erase.disabled).toBe(true);
  await app.user.type(within(dialog).getByRole("textbox"), " 1");
  await app.user.click(erase);
  await waitFor(() => expect(app.router.state.location.pathname).toBe("/contacts"));
  expect(app.server.asked("DELETE /v2/contact/:id")).toHaveLength(1);
});

test("a message goes out on the chosen channel, under a key that makes it once", async () => {
  const app = openContact();
  app.server.on("POST /v2/contact/:id/message", () => ({ id: id("msg", 1), conversation_id: id("conv", 5), contact_id: one.id, channel: "sms", content: "Hello", message_type: "text", status: "sent", sent_at: one.created_at, attachments: [] }));
  await app.user.click(await screen.findByRole("button", { name: "Write a message" }));
  const dialog = await screen.findByRole("dialog");
  await app.user.click(within(dialog).getByRole("combobox", { name: "Channel" }));
  await app.user.click(await screen.findByRole("option", { name: "SMS" }));
  await app.user.type(within(dialog).getByLabelText("Message"), "Hello");
  await app.user.click(within(dialog).getByRole("button", { name: "Send" }));
  expect((await screen.findByRole("link", { name: "Open the conversation" })).getAttribute("href")).toBe(`/app/inbox/${id("conv", 5)}`);
  const [asked] = app.server.asked("POST /v2/contact/:id/message");
  expect(asked?.body).toEqual({ channel: "sms", message_type: "text", content: "Hello" });
  expect(asked?.headers.get("Idempotency-Key")).toBeTruthy();
});

test("a merge is shown before it is done", async () => {
  const app = openContact();
  app.server.on("GET /v2/contacts", () => page([one, contact(2)]));
  app.server.on("POST /v2/contact/:id/merge", () => one);
  await app.user.click(await screen.findByRole("button", { name: "Merge with another" }));
  await app.user.click(await screen.findByRole("button", { name: "Choose: Visitor 2" }));
  expect(await screen.findByText(/“visitor2@example.com” finds no place/)).toBeTruthy();
  expect(app.server.asked("POST /v2/contact/:id/merge")).toHaveLength(0);
  await app.user.click(screen.getByRole("button", { name: "Merge now" }));
  await waitFor(() => expect(app.server.asked("POST /v2/contact/:id/merge")[0]?.body).toEqual({ from: id("cnt", 2) }));
});

test("the preview of a merge says what is taken, kept and gone", () => {
  const lines = previewOf(contact(1, { email: null, phone: "+1" }), contact(2, { phone: "+2", first_name: null, last_name: "2" }));
  expect(lines.map(({ key, values }) => [key, values.value])).toEqual([
    ["mergeMoves", undefined],
    ["mergeTakes", "visitor2@example.com"],
    ["mergeKept", "+2"],
    ["mergeGone", undefined],
  ]);
});

test("a contact is called by what is known, and reached by what it has", () => {
  expect(nameOf({ full_name: null, email: null, phone: "+1" })).toBe("+1");
  expect(nameOf({ full_name: null, email: null, phone: null })).toBe("—");
  expect(channelsOf({ phone: "+1", email: null })).toEqual(["chat", "sms", "whatsapp", "instagram"]);
});
