import type { FormDraft } from "../shared/visitor.js";
import { longestMessage } from "../shared/wire.js";
import type { Config, PrechatField } from "../shared/wire.js";
import { lengthOf } from "./format.js";
import type { Key } from "./i18n/en.js";
import type { Gaps } from "./i18n/index.js";
import type { Details } from "./store.js";

/** What a field takes. */
export type Kind = "text" | "email" | "phone" | "select" | "checkbox" | "textarea";

/** A field of the form before the first message. */
export interface Entry {
  name: string;
  label: string;
  kind: Kind;
  required: boolean;
  options: readonly string[];
  autocomplete?: string;
}

/** What is typed, by the fields' names. */
export type Values = Record<string, string | boolean | undefined>;

/** What is wrong with it, by the fields' names: a text and what fills its gaps. */
export type Problems = Record<string, [Key, Gaps?] | undefined>;

type Asked = PrechatField & { options?: readonly string[] };
const kinds: readonly string[] = ["text", "email", "phone", "select", "checkbox", "textarea"];
/** These have places of their own; what else the site asks for goes to `custom`. */
const apart = ["name", "email"];
/** What new sites call these, which nobody has chosen: visitors read it in their own language. */
const unchosen: Record<string, string> = { name: "Name", email: "E-mail" };
/** Sets the site's own fields apart from the three that are always there. */
const own = "custom-";

/** The fields of the form: name and e-mail where they are not known, what the site asks for, and the message. */
export function entriesOf(config: Config | null, say: (key: Key) => string, known: { name?: string; email?: string } = {}): Entry[] {
  const asked = (config?.prechat?.fields ?? []) as Asked[];
  const entry = (name: string, kind: Kind, more: Partial<Entry> = {}): Entry => {
    const chosen = kind !== "textarea" && asked.find((field) => field.name === name)?.label;
    const label = chosen && chosen !== unchosen[name] ? chosen : say(name as Key);
    return { name, label, kind, required: true, options: [], ...more };
  };
  const others = asked.filter(({ name }) => !apart.includes(name)).map(siteEntry);
  return [
    ...(known.name ? [] : [entry("name", "text", { autocomplete: "name" })]),
    ...(known.email ? [] : [entry("email", "email", { autocomplete: "email" })]),
    ...others,
    entry("message", "textarea"),
  ];
}

function siteEntry({ name, label, type, required, options = [] }: Asked): Entry {
  const kind = (kinds.includes(type) ? type : "text") as Kind;
  const sound = kind === "select" && options.length === 0 ? "text" : kind;
  return { name: own + name, label: label || name, kind: sound, required, options, ...(kind === "phone" ? { autocomplete: "tel" } : {}) };
}

/** What is wrong with what was typed; empty where nothing is. */
export function checkOf(entries: readonly Entry[], values: Values): Problems {
  const found = entries.map((entry) => [entry.name, check(entry, values[entry.name])] as const);
  return Object.fromEntries(found.filter(([, problem]) => problem));
}

function check({ name, kind, required }: Entry, value: string | boolean | undefined): [Key, Gaps?] | undefined {
  if (kind === "checkbox") return required && value !== true ? ["tickMissing"] : undefined;
  const text = String(value ?? "").trim();
  if (text === "") return required ? [missing[name] ?? "fieldMissing"] : undefined;
  if (kind === "email" && !/^\S+@\S+$/.test(text)) return ["emailInvalid"];
  if (kind === "phone" && !/^\+?[\d\s()./-]{5,25}$/.test(text)) return ["phoneInvalid"];
  const over = lengthOf(text) - longestMessage;
  return over > 0 ? ["tooLong", { n: over }] : undefined;
}

const missing: Record<string, Key> = { name: "nameMissing", email: "emailMissing", message: "messageMissing" };

/** What the server takes: the three it needs, and the site's own fields as `custom`. */
export function sortOut(entries: readonly Entry[], values: Values): Details {
  const text = (name: string) => String(values[name] ?? "").trim();
  const asked = entries.filter(({ name }) => name.startsWith(own));
  const custom = asked.map(({ name, kind }) => [name.slice(own.length), kind === "checkbox" ? values[name] === true : text(name)] as const);
  const said = custom.filter(([, value]) => value !== "");
  const details = { name: text("name"), email: text("email"), message: text("message") };
  return said.length > 0 ? { ...details, custom: Object.fromEntries(said) } : details;
}

/** What was typed before, here or before a reload, in the fields' own names. */
export function valuesOf({ custom = {}, ...kept }: FormDraft, details: object | null): Values {
  const answers = Object.entries(custom).map(([name, value]) => [own + name, value as string | boolean] as const);
  return { ...Object.fromEntries(answers), ...kept, ...details };
}
