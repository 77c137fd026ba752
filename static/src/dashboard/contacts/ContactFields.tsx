import { ActionIcon, Button, Select, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "../api/client.js";
import { keys } from "../api/keys.js";
import { composing } from "../ui/hotkeys.js";
import { blame, useAct } from "../ui/act.js";
import { useDraft } from "../ui/draft.js";
import { Icon } from "../ui/Icon.js";
import { Plus, Trash2 } from "../ui/icons.js";
import parts from "../ui/parts.module.css";
import { SaveBar } from "../ui/SaveBar.js";
import { ContactChanged } from "./ContactChanged.js";
import type { Contact } from "./contact.js";
import style from "./contacts.module.css";

const channels = ["chat", "email", "sms", "whatsapp", "instagram", "voice", "api"] as const;

/** The changes of a contact, and their way to the server over what others do to it meanwhile. */
function useContactForm(contact: Contact) {
  const { t: shell } = useTranslation();
  const queries = useQueryClient();
  const draft = useDraft(contact);
  // What the changes were begun on: what others do to the contact meanwhile must not be lost unseen.
  const [begun, setBegun] = useState(contact);
  const [before, setBefore] = useState<Contact | null>(null);
  if (!draft.dirty && begun !== contact) setBegun(contact);
  const reset = (): void => {
    draft.reset();
    setBefore(null);
  };
  const settle = (saved: Partial<Contact>): void => {
    draft.settle(saved);
    setBefore(null);
  };
  const save = useAct(
    (changes: Partial<Contact>) => {
      const { version } = before ? contact : begun;
      return answer(api.PATCH("/contact/{id}", { params: { path: { id: contact.id } }, headers: { "If-Match": `"${version}"` }, body: changes }));
    },
    {
      says: shell("saved"),
      stale: [keys.contacts],
      // What was typed meanwhile goes on from what is stored now.
      then: setBegun,
      reset: settle,
      refused: ({ code, details }) => {
        if (code !== 409 || !details.version) return false;
        void queries.invalidateQueries({ queryKey: keys.contacts });
        setBefore(before ? contact : begun);
        return true;
      },
    },
  );
  return { draft, before, save, reset };
}

/** What is known of the contact, to be changed. */
export function ContactFields({ contact }: { contact: Contact }) {
  const { t } = useTranslation("contacts");
  const { t: ui } = useTranslation("ui");
  const { draft, before, save, reset } = useContactForm(contact);
  const field = (name: "first_name" | "last_name" | "email" | "phone") => ({
    value: draft.value[name] ?? "",
    error: blame(save.error, name),
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) => draft.set({ [name]: value || null }),
  });
  return (
    <section>
      <h2 className={style.heading}>{t("details")}</h2>
      <div className={parts.stack}>
        <div className={parts.grid2}>
          <TextInput label={t("firstName")} {...field("first_name")} />
          <TextInput label={t("lastName")} {...field("last_name")} />
          <TextInput label={t("email")} type="email" dir="ltr" {...field("email")} />
          <TextInput label={t("phone")} type="tel" dir="ltr" placeholder="+14155550123" {...field("phone")} />
          <Select
            label={t("preferredChannel")}
            clearable
            clearButtonProps={{ "aria-label": t("noPreference") }}
            placeholder={t("noPreference")}
            data={channels.map((value) => ({ value, label: ui(value) }))}
            value={draft.value.preferred_channel}
            onChange={(value) => draft.set({ preferred_channel: channels.find((one) => one === value) ?? null })}
          />
        </div>
        <Metadata stored={contact.metadata} value={draft.value.metadata} error={blame(save.error, "metadata")} onChange={(metadata) => draft.set({ metadata })} />
      </div>
      {before && before.version !== contact.version ? <ContactChanged before={before} now={contact} /> : null}
      <SaveBar dirty={draft.dirty} busy={save.isPending} onSave={() => save.mutate(draft.changes)} onReset={reset} />
    </section>
  );
}

type Values = Contact["metadata"];
const shown = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** What was typed, as what is stored: a number stays a number, an object an object, also after a stop where it was neither. */
function typed(text: string, before: unknown): unknown {
  if (typeof before === "string" || before === undefined) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** One value. What is typed stays as it is typed for as long as it means the value: `12.0` is on its way to `12.05`. */
function Value({ name, stored, value, onChange }: { name: string; stored: unknown; value: unknown; onChange: (value: unknown) => void }) {
  const [text, setText] = useState(() => shown(value));
  const means = JSON.stringify(typed(text, stored)) === JSON.stringify(value);
  return (
    <TextInput
      aria-label={name}
      value={means ? text : shown(value)}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        onChange(typed(currentTarget.value, stored));
      }}
    />
  );
}

function Metadata({ stored, value, error, onChange }: { stored: Values; value: Values; error: string | undefined; onChange: (value: Values) => void }) {
  const { t } = useTranslation("contacts");
  const { t: shell } = useTranslation();
  const [name, setName] = useState("");
  const without = (key: string): Values => Object.fromEntries(Object.entries(value).filter(([one]) => one !== key));
  const add = (): void => {
    if (name.trim() && !Object.hasOwn(value, name.trim())) onChange({ ...value, [name.trim()]: "" });
    setName("");
  };
  return (
    <fieldset className={style.fieldset}>
      <legend>{t("metadata")}</legend>
      {Object.entries(value).map(([key, one]) => (
        <div key={key} className={style.pair}>
          <span className={parts.mono}>{key}</span>
          <Value name={key} stored={Object.hasOwn(stored, key) ? stored[key] : ""} value={one} onChange={(next) => onChange({ ...value, [key]: next })} />
          <ActionIcon aria-label={`${shell("remove")}: ${key}`} onClick={() => onChange(without(key))}>
            <Icon of={Trash2} size={15} />
          </ActionIcon>
        </div>
      ))}
      <div className={style.pair}>
        <TextInput aria-label={t("metadataName")} placeholder={t("metadataName")} value={name} onChange={(event) => setName(event.currentTarget.value)} onKeyDown={(event) => (event.key === "Enter" && !composing(event.nativeEvent) ? add() : undefined)} />
        <Button variant="default" leftSection={<Icon of={Plus} />} onClick={add} disabled={!name.trim()}>
          {t("addMetadata")}
        </Button>
      </div>
      {error ? <p className={style.error}>{error}</p> : null}
    </fieldset>
  );
}
