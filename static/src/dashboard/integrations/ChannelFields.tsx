import { PasswordInput, Select, Textarea, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { blame } from "../ui/act.js";
import type { Kind } from "./channel.js";
import { useChannelWords } from "./words.js";

interface ChannelFieldsProps {
  kind: Kind;
  name: string;
  settings: Readonly<Record<string, string | null>>;
  /** Secrets that are set already. */
  kept: readonly string[];
  error: unknown;
  onName: (name: string) => void;
  onSetting: (field: string, value: string | null) => void;
}

/** The form of a channel's account, as the server describes it. */
export function ChannelFields({ kind, name, settings, kept, error, onName, onSetting }: ChannelFieldsProps) {
  const { t: ui } = useTranslation("ui");
  return (
    <>
      <TextInput label={ui("name")} maxLength={255} value={name} error={blame(error, "name")} onChange={(event) => onName(event.currentTarget.value)} />
      {kind.fields.map((field) => (
        <Field key={field.name} field={field} value={settings[field.name] ?? ""} kept={kept.includes(field.name)} error={wrong(error, field.name)} onChange={(value) => onSetting(field.name, value || null)} />
      ))}
    </>
  );
}

/** The server blames `settings.auth_token`, or the field by its own name. */
const wrong = (error: unknown, field: string): string | undefined => blame(error, field) ?? blame(error, `settings.${field}`);

interface FieldProps {
  field: Kind["fields"][number];
  value: string;
  kept: boolean;
  error: string | undefined;
  onChange: (value: string) => void;
}

function Field({ field, value, kept, error, onChange }: FieldProps) {
  const { t } = useTranslation("integrations");
  const words = useChannelWords();
  const description = [words(`${field.name}Help`, field.help), field.generated ? t("generated") : ""].filter(Boolean).join(" ");
  const common = { label: <bdi>{words(field.name, field.label)}</bdi>, description: description ? <bdi>{description}</bdi> : null, error, required: field.required && !field.generated && !kept, value };
  if (field.options.length > 0) return <Select {...common} data={field.options.map((option) => ({ value: option, label: words(`${field.name}_${option}`, option) }))} value={value || null} clearable={!field.required} onChange={(chosen) => onChange(chosen ?? "")} />;
  const typed = { ...common, dir: "ltr" as const, onChange: ({ currentTarget }: { currentTarget: { value: string } }) => onChange(currentTarget.value) };
  if (field.secret && !field.multiline) return <PasswordInput {...typed} autoComplete="off" placeholder={kept ? t("secretKept") : field.example} />;
  if (field.multiline) return <Textarea {...typed} autosize minRows={3} placeholder={kept ? t("secretKept") : field.example} />;
  return <TextInput {...typed} placeholder={field.example} />;
}
