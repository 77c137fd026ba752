import { useEffect, useRef, useState } from "preact/hooks";
import { Faces, type Face } from "./Avatar.js";
import { useOnline, useSay, useStore } from "./context.js";
import { Field } from "./Field.js";
import { Header } from "./Header.js";
import { checkOf, type Entry, entriesOf, type Problems, sortOut, type Values, valuesOf } from "./fields.js";
import { Talk } from "./parts.js";

/** Who turns to the form is about to need the conversation. Where it cannot be had, it is asked for again then. */
const ready = () => void Talk.fetch().catch(() => {});

/** What stands in the place of a conversation before it is begun. */
export function Form() {
  const { config, snapshot } = useStore();
  const { contact, identity } = snapshot.value;
  const unknown = config.value?.identity_required && !contact && identity !== "checking";
  return (
    <>
      <Header />
      {unknown ? <SignIn /> : <Questions />}
    </>
  );
}

/** The form before the first message. The server has the last word on what is valid. */
function Questions() {
  const store = useStore();
  const say = useSay();
  const { details, problem, form: kept, known } = store.snapshot.value;
  const entries = entriesOf(store.config.value, say, known);
  const [values, setValues] = useState<Values>(() => valuesOf(kept, details));
  const [problems, setProblems] = useState<Problems>({});
  const form = useRef<HTMLFormElement>(null);
  useFocusOnOpen(form);

  const submit = (event: Event) => {
    event.preventDefault();
    const found = checkOf(entries, values);
    setProblems(found);
    const first = entries.find(({ name }) => found[name]);
    if (first) form.current?.querySelector<HTMLElement>(`[name="${CSS.escape(first.name)}"]`)?.focus();
    else store.start(sortOut(entries, values));
  };
  const change = ({ name }: Entry, value: string | boolean) => {
    const next = { ...values, [name]: value };
    setValues(next);
    store.client.saveForm(sortOut(entries, next));
    setProblems((before) => ({ ...before, [name]: undefined }));
  };
  return (
    <form ref={form} class="form scroll" noValidate onSubmit={submit} onInput={ready} onKeyDown={ready} onPointerOver={ready}>
      <Welcome />
      {entries.map((entry) => (
        <Field
          key={entry.name}
          entry={entry}
          value={values[entry.name]}
          problem={problems[entry.name] && say(...problems[entry.name]!)}
          change={(value) => change(entry, value)}
        />
      ))}
      <p class="problem" role="alert">
        {problem}
      </p>
      <button type="submit" class="strong">
        {say("begin")}
      </button>
    </form>
  );
}

/** A site that wants to know whom it talks to, and a visitor whom it does not know. */
function SignIn() {
  const say = useSay();
  return (
    <div class="form scroll">
      <Welcome />
      <p class="note" role="status">{say("signIn")}</p>
    </div>
  );
}

function Welcome() {
  const { config, look } = useStore();
  const say = useSay();
  const online = useOnline();
  const { team = [], assistant, name = "" } = config.value ?? {};
  const faces: Face[] = team.length > 0 ? team : assistant ? [{ name: assistant.name, assistant: true }] : [];
  const text = online ? say("formOnline") : assistant ? say("formAssistant", { name: assistant.name }) : say("formAway");
  return (
    <div class="welcome">
      {faces.length > 0 && <Faces key={name} faces={faces} />}
      <h2 dir="auto">{look.value.greeting}</h2>
      <p>{text}</p>
    </div>
  );
}

/** Opening the panel puts the visitor where they can write: the first empty field. */
function useFocusOnOpen(form: { current: HTMLFormElement | null }): void {
  const { open, embedded, route } = useStore();
  const focus = open.value && embedded;
  useEffect(() => {
    // A closed panel must not take the focus from the page.
    if (!open.value || (!focus && route.moves.value === 0)) return;
    const fields = [...(form.current?.querySelectorAll<HTMLInputElement>("input,textarea,select") ?? [])];
    fields.find((field) => field.value === "")?.focus();
  }, [focus]);
}
