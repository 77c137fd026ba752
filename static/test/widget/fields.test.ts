import { expect, test } from "vitest";
import { checkOf, entriesOf, sortOut, valuesOf } from "../../src/widget/fields.js";
import { english } from "../fake/words.js";

const ask = (fields: object[], known = {}) => entriesOf({ greeting: "", prechat: { fields } } as never, english.say, known);
const order = { name: "order", label: "Order", type: "text", required: true };
const details = { name: "Jane", email: "jane@example.com", message: "Hi" };

test("name and e-mail stand first and the message last; who is known is not asked for them", () => {
  expect(ask([order]).map(({ name }) => name)).toEqual(["name", "email", "custom-order", "message"]);
  expect(ask([order], details).map(({ name }) => name)).toEqual(["custom-order", "message"]);
  expect(ask([], { name: "Jane", email: "" }).map(({ name }) => name)).toEqual(["email", "message"]);
  expect(entriesOf(null, english.say).map(({ label }) => label)).toEqual(["Name", "E-mail", "Message"]);
});

test("the site may call name and e-mail what it likes, and a field of its own cannot take a place of ours", () => {
  const entries = ask([
    { name: "name", label: "Full name", type: "text", required: true },
    { name: "message", label: "Remarks", type: "textarea", required: false },
  ]);
  expect(entries.map(({ name, label }) => `${name}: ${label}`)).toEqual(["name: Full name", "email: E-mail", "custom-message: Remarks", "message: Message"]);
});

test("what a new site calls name and e-mail is said in the visitor's language, as nobody has chosen it", () => {
  const fields = [
    { name: "name", label: "Name", type: "text", required: true },
    { name: "email", label: "E-mail", type: "email", required: true },
  ];
  const entries = entriesOf({ greeting: "", prechat: { fields } } as never, (key) => `${key}, translated`);
  expect(entries.map(({ label }) => label)).toEqual(["name, translated", "email, translated", "message, translated"]);
});

test("a kind that nobody knows, and a choice without options, are plain text", () => {
  const entries = ask([{ ...order, type: "hologram" }, { ...order, name: "topic", type: "select" }]);
  expect(entries.slice(2, 4).map(({ kind }) => kind)).toEqual(["text", "text"]);
});

test("what is missing or odd is named, what is optional may be left out", () => {
  const entries = ask([{ ...order, required: false }, { name: "mobile", label: "Mobile", type: "phone", required: false }, { name: "ok", label: "OK", type: "checkbox", required: true }]);
  expect(checkOf(entries, { ...details, "custom-ok": true })).toEqual({});
  const odd = { ...details, email: "jane", "custom-mobile": "12", "custom-ok": false };
  expect(checkOf(entries, odd)).toEqual({ email: ["emailInvalid"], "custom-mobile": ["phoneInvalid"], "custom-ok": ["tickMissing"] });
  expect(checkOf(entries, {})).toMatchObject({ name: ["nameMissing"], email: ["emailMissing"], message: ["messageMissing"] });
});

test("answers go out trimmed, without the empty ones, under the site's own names", () => {
  const entries = ask([order, { name: "note", label: "Note", type: "text", required: false }, { name: "ok", label: "OK", type: "checkbox", required: false }]);
  const values = { ...details, name: " Jane ", "custom-order": " 4831 ", "custom-note": "  " };
  expect(sortOut(entries, values)).toEqual({ ...details, custom: { order: "4831", ok: false } });
  expect(sortOut(ask([]), details)).toEqual(details);
});

test("what was typed before is typed again", () => {
  expect(valuesOf({ name: "Jane", custom: { order: "4831", ok: true } }, null)).toEqual({ name: "Jane", "custom-order": "4831", "custom-ok": true });
  expect(valuesOf({ name: "J" }, details)).toEqual(details);
});
