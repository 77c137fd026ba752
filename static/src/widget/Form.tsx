import { useEffect, useRef, useState } from "preact/hooks";
import { longestMessage } from "../shared/wire.js";
import { useSay, useStore } from "./context.js";
import { lengthOf } from "./format.js";
import { useOnline } from "./Header.js";
import type { Dictionary } from "./i18n/en.js";

type Fields = { name: string; email: string; message: string };
type Problems = Partial<Record<keyof Fields, keyof Dictionary>>;

/** The form before the first message. The server has the last word on what is valid. */
export function Form() {
  const store = useStore();
  const say = useSay();
  const online = useOnline();
  const { details, problem } = store.snapshot.value;
  const [fields, setFields] = useState<Fields>(details ?? { name: "", email: "", message: "" });
  const [problems, setProblems] = useState<Problems>({});
  const form = useRef<HTMLFormElement>(null);
  useFocusOnOpen(form);

  const submit = (event: Event) => {
    event.preventDefault();
    const found = check(fields);
    setProblems(found);
    const [first] = Object.keys(found);
    if (first) form.current?.querySelector<HTMLElement>(`[name=${first}]`)?.focus();
    else store.start(trimmed(fields));
  };
  const field = (name: keyof Fields) => ({
    name,
    label: say(name),
    value: fields[name],
    problem: problems[name] && say(problems[name], { n: lengthOf(fields[name].trim()) - longestMessage }),
    onInput: (value: string) => {
      setFields((before) => ({ ...before, [name]: value }));
      setProblems((before) => ({ ...before, [name]: undefined }));
    },
  });
  return (
    <form ref={form} class="form" noValidate onSubmit={submit}>
      <div class="welcome">
        <h2 dir="auto">{store.config.value?.greeting}</h2>
        <p>{say(online ? "formOnline" : "formAway")}</p>
      </div>
      <Field {...field("name")} autocomplete="name" />
      <Field {...field("email")} autocomplete="email" inputMode="email" />
      <Field {...field("message")} rows={4} />
      <p class="problem" role="alert">
        {problem}
      </p>
      <button type="submit" class="strong">
        {say("begin")}
      </button>
    </form>
  );
}

interface FieldProps {
  name: string;
  label: string;
  value: string;
  problem?: string | undefined;
  onInput: (value: string) => void;
  inputMode?: "email";
  autocomplete?: string;
  rows?: number;
}

function Field({ name, label, problem, onInput, rows, ...rest }: FieldProps) {
  const id = `field-${name}`;
  const shared = {
    id,
    name,
    required: true,
    // An empty field would count as left-to-right; it should look as the language around it does.
    ...(rest.value ? { dir: "auto" as const } : {}),
    "aria-invalid": Boolean(problem),
    "aria-describedby": problem ? `${id}-problem` : undefined,
    onInput: (event: { currentTarget: HTMLInputElement | HTMLTextAreaElement }) => onInput(event.currentTarget.value),
    ...rest,
  };
  return (
    <div class={rows ? "field grow" : "field"}>
      <label for={id}>{label}</label>
      {rows ? <textarea rows={rows} {...shared} /> : <input type="text" {...shared} />}
      {problem && (
        <p class="problem" id={`${id}-problem`}>
          {problem}
        </p>
      )}
    </div>
  );
}

/** Opening the panel puts the visitor where they can write: the first empty field. */
function useFocusOnOpen(form: { current: HTMLFormElement | null }): void {
  const { open, embedded } = useStore();
  const focus = open.value && embedded;
  useEffect(() => {
    if (!focus) return;
    const fields = [...(form.current?.querySelectorAll<HTMLInputElement>("input,textarea") ?? [])];
    fields.find((field) => field.value === "")?.focus();
  }, [focus]);
}

const trimmed = ({ name, email, message }: Fields): Fields => ({
  name: name.trim(),
  email: email.trim(),
  message: message.trim(),
});

function check(fields: Fields): Problems {
  const { name, email, message } = trimmed(fields);
  const problems: Problems = {};
  if (!name) problems.name = "nameMissing";
  if (!email) problems.email = "emailMissing";
  else if (!/^\S+@\S+$/.test(email)) problems.email = "emailInvalid";
  if (!message) problems.message = "messageMissing";
  else if (lengthOf(message) > longestMessage) problems.message = "tooLong";
  return problems;
}
