import { useSay } from "./context.js";
import type { Entry } from "./fields.js";

interface FieldProps {
  entry: Entry;
  value: string | boolean | undefined;
  problem?: string | undefined;
  change: (value: string | boolean) => void;
}

/** One field with its label, and beside it what is wrong with it. */
export function Field({ entry, value, problem, change }: FieldProps) {
  const say = useSay();
  const { name, label, kind, required } = entry;
  const id = `field-${name}`;
  const shared = {
    id,
    name,
    required,
    "aria-invalid": Boolean(problem),
    "aria-describedby": problem ? `${id}-problem` : undefined,
  };
  const control =
    kind === "checkbox" ? (
      <input type="checkbox" {...shared} checked={value === true} onChange={(event) => change(event.currentTarget.checked)} />
    ) : (
      <Control entry={entry} shared={shared} value={String(value ?? "")} change={change} />
    );
  const title = (
    <label for={id}>
      {label}
      {!required && kind !== "checkbox" && <small> ({say("optional")})</small>}
    </label>
  );
  return (
    <div class={kind === "textarea" ? "field grow" : kind === "checkbox" ? "field tick" : "field"}>
      {kind === "checkbox" ? control : title}
      {kind === "checkbox" ? title : control}
      {problem && (
        <p class="problem" id={`${id}-problem`}>
          {problem}
        </p>
      )}
    </div>
  );
}

interface ControlProps {
  entry: Entry;
  shared: { id: string; name: string };
  value: string;
  change: (value: string) => void;
}

function Control({ entry, shared, value, change }: ControlProps) {
  const say = useSay();
  const { kind, options, autocomplete } = entry;
  const onInput = (event: { currentTarget: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement }) =>
    change(event.currentTarget.value);
  // An empty field would count as left-to-right; it should look as the language around it does.
  const direction = value ? { dir: "auto" as const } : {};
  if (kind === "select") {
    return (
      <select {...shared} value={value} onChange={onInput}>
        <option value="">{say("choose")}</option>
        {options.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    );
  }
  if (kind === "textarea") return <textarea rows={3} {...shared} {...direction} value={value} onInput={onInput} />;
  const mode = kind === "email" ? "email" : kind === "phone" ? "tel" : "text";
  return <input type="text" inputMode={mode} {...shared} {...direction} {...(autocomplete ? { autocomplete } : {})} value={value} onInput={onInput} />;
}
