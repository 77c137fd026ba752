// @vitest-environment happy-dom
import { act } from "preact/test-utils";
import { expect, test } from "vitest";
import { details } from "../fake/setup.js";
import { button, click, one, page, setup, texts, type } from "./setup.js";

async function fill({ name, email, message }: typeof details): Promise<void> {
  await type("[name=name]", name);
  await type("[name=email]", email);
  await type("[name=message]", message);
}

test("before the site is known nothing is claimed, then the greeting and the form are there", async () => {
  const { begin, server } = setup();
  expect(texts("[role=status]")).toEqual(["Loading…"]);
  server.config = { greeting: "Welcome in", name: "Morrow & Clay", online: true };
  await begin();
  expect([texts("h1"), texts("h2"), texts("header p")]).toEqual([["Morrow & Clay"], ["Welcome in"], ["Online now"]]);
  expect(texts("label")).toEqual(["Name", "E-mail", "Message"]);
  for (const label of document.querySelectorAll("label")) expect(one(`#${label.htmlFor}`)).toBeTruthy();
});

test("an empty form names each problem beside its field and goes to the first", async () => {
  const { begin, server } = setup();
  await begin();
  await type("[name=name]", "Jane");
  await click(button("Start conversation"));
  expect(texts(".field .problem")).toEqual(["Please enter your e-mail address", "Please write a message"]);
  const email = one("[name=email]");
  expect(document.activeElement).toBe(email);
  expect(email.getAttribute("aria-invalid")).toBe("true");
  expect(one(`#${email.getAttribute("aria-describedby")}`).textContent).toBe("Please enter your e-mail address");
  expect(server.callsTo("/conversations")).toEqual([]);
  await type("[name=email]", "jane");
  expect(texts(".field .problem")).toEqual(["Please write a message"]);
  await click(button("Start conversation"));
  expect(texts(".field .problem")[0]).toBe("This does not look like an e-mail address");
});

test("a message over the limit is told by how much, in code points", async () => {
  const { begin, server } = setup();
  await begin();
  await fill({ ...details, message: "🫖".repeat(10_003) });
  await click(button("Start conversation"));
  expect(texts(".field .problem")).toEqual(["Too long: 3 characters over the limit"]);
  expect(server.callsTo("/conversations")).toEqual([]);
});

test("a good form begins the conversation with page and language, and shows it at once", async () => {
  const { begin, server, store, pass } = setup();
  await begin();
  store.receive({ type: "hello", page, wish: { locale: "en", pinned: false, color: "" }, open: true });
  await fill({ ...details, name: "  Jane Doe " });
  await click(button("Start conversation"));
  await pass(0);
  expect(texts(".bubble")).toEqual([details.message]);
  await pass();
  expect(server.callsTo("/conversations")[0]?.body).toMatchObject({ ...details, page, locale: "en" });
});

test("what the server refuses comes back with its sentence and all that was typed", async () => {
  const { begin, server, pass } = setup();
  await begin();
  server.faults.refusals = [{ on: "/conversations", status: 422, error: "Invalid email address" }];
  await fill(details);
  await click(button("Start conversation"));
  await pass();
  expect(texts(".form > .problem")).toEqual(["Invalid email address"]);
  expect([...document.querySelectorAll<HTMLInputElement>("input,textarea")].map(({ value }) => value)).toEqual(Object.values(details));
});

test("opening the panel puts the cursor into the first empty field", async () => {
  const { begin, store, pass } = setup();
  await begin();
  await type("[name=name]", "Jane");
  store.receive({ type: "open", page });
  await pass();
  expect(document.activeElement).toBe(one("[name=email]"));
});

test("a key that opens nothing here turns the visitor away politely", async () => {
  const { begin, server } = setup();
  server.faults.refusals = [{ on: "/config", status: 401 }];
  await begin();
  expect(texts("[role=status]")).toEqual(["This chat is not available here."]);
});

test("a server that is away is asked again until it is there", async () => {
  const { begin, server, pass } = setup();
  server.faults.down = true;
  await begin();
  expect(texts("[role=status]")).toEqual(["The chat cannot be reached at the moment. Trying again…"]);
  server.faults.down = false;
  await pass(3_000);
  expect(texts("h2")).toEqual([server.config.greeting]);
});

const fields = [
  { name: "email", label: "Work e-mail", type: "email", required: true },
  { name: "order", label: "Order number", type: "text", required: false },
  { name: "phone", label: "Call me at", type: "phone", required: true },
  { name: "topic", label: "Topic", type: "select", required: true, options: ["Order", "Return"] },
  { name: "terms", label: "I agree", type: "checkbox", required: true },
  { name: "message", label: "Anything else?", type: "textarea", required: false },
];

test("the site's own fields stand between, each of its kind, and go out as custom values", async () => {
  const { begin, server, pass } = setup();
  server.config = { greeting: "Hi", prechat: { fields } };
  await begin();
  const labels = ["Name", "Work e-mail", "Order number (optional)", "Call me at", "Topic", "I agree", "Anything else? (optional)", "Message"];
  expect(texts("label")).toEqual(labels);
  await fill(details);
  await click(button("Start conversation"));
  expect(texts(".field .problem")).toEqual(["Please fill this in", "Please fill this in", "Please tick this to go on"]);
  await type("[name=custom-phone]", "call me");
  await choose("Return");
  await click(one("[name=custom-terms]"));
  await click(button("Start conversation"));
  expect(texts(".field .problem")).toEqual(["This does not look like a phone number"]);
  await type("[name=custom-phone]", "+49 (30) 901820");
  await click(button("Start conversation"));
  await pass();
  const custom = { phone: "+49 (30) 901820", topic: "Return", terms: true };
  expect(server.callsTo("/conversations")[0]?.body).toMatchObject({ ...details, custom });
});

test("what was typed into the form is kept", async () => {
  const { begin, server, client } = setup();
  server.config = { greeting: "Hi", prechat: { fields } };
  await begin();
  await type("[name=name]", "Jane");
  await type("[name=custom-order]", "4831");
  expect(client.snapshot().form).toMatchObject({ name: "Jane", custom: { order: "4831" } });
});

async function choose(option: string): Promise<void> {
  const select = one<HTMLSelectElement>("select");
  await act(() => {
    select.value = option;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
