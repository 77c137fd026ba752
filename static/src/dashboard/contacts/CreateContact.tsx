import { TextInput } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "../api/client.js";
import { ApiError } from "../api/errors.js";
import { keys } from "../api/keys.js";
import { blame, useAct, useOnce } from "../ui/act.js";
import { Dialog, DialogForm } from "../ui/Dialog.js";
import parts from "../ui/parts.module.css";
import { useSentence } from "../ui/sentence.js";

const empty = { first_name: "", last_name: "", email: "", phone: "" };

/** Notes somebody down who has not written yet. */
export function CreateContact({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation("contacts");
  return (
    <Dialog opened={opened} onClose={onClose} title={t("newContact")}>
      <CreateForm onClose={onClose} />
    </Dialog>
  );
}

function CreateForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("contacts");
  const navigate = useNavigate();
  const [given, setGiven] = useState(empty);
  const once = useOnce(given);
  const create = useAct(
    () => answer(api.POST("/contact", { body: Object.fromEntries(Object.entries(given).filter(([, value]) => value.trim())), headers: { "Idempotency-Key": once } })),
    { stale: [keys.contacts], then: ({ id }) => navigate({ to: "/contacts/$id", params: { id } }) },
  );
  const field = (name: keyof typeof empty) => ({
    label: t(name === "first_name" ? "firstName" : name === "last_name" ? "lastName" : name),
    value: given[name],
    error: blame(create.error, name),
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) => setGiven((before) => ({ ...before, [name]: value })),
  });
  return (
    <DialogForm act={create} word={t("createContact")} ready={Object.values(given).some((value) => value.trim())} onClose={onClose}>
      <div className={parts.grid2}>
        <TextInput {...field("first_name")} data-autofocus />
        <TextInput {...field("last_name")} />
      </div>
      <TextInput {...field("email")} type="email" dir="ltr" />
      <TextInput {...field("phone")} type="tel" dir="ltr" placeholder="+14155550123" description={t("phoneHint")} />
      <Existing error={create.error} />
    </DialogForm>
  );
}

/** When the address belongs to somebody already: who that is. */
function Existing({ error }: { error: unknown }) {
  const { t } = useTranslation("contacts");
  const sentence = useSentence();
  const id = error instanceof ApiError ? error.details.existing_id : undefined;
  if (typeof id !== "string") return null;
  return (
    <p role="alert" className={parts.warning}>
      <span>
        {sentence(error)}{" "}
        <Link to="/contacts/$id" params={{ id }}>
          {t("openExisting")}
        </Link>
      </span>
    </p>
  );
}
