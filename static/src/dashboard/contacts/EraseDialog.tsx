import { TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client.js";
import { keys } from "../api/keys.js";
import { useAct } from "../ui/act.js";
import { Dialog, DialogForm } from "../ui/Dialog.js";
import { Icon } from "../ui/Icon.js";
import { TriangleAlert } from "../ui/icons.js";
import parts from "../ui/parts.module.css";
import { type Contact, nameOf } from "./contact.js";

interface EraseProps {
  contact: Contact;
  opened: boolean;
  onClose: () => void;
}

/** Erases a contact for good, once its name was typed. */
export function EraseDialog({ contact, opened, onClose }: EraseProps) {
  const { t } = useTranslation("contacts");
  return (
    <Dialog opened={opened} onClose={onClose} title={t("eraseTitle")}>
      <EraseForm contact={contact} onClose={onClose} />
    </Dialog>
  );
}

function EraseForm({ contact, onClose }: Omit<EraseProps, "opened">) {
  const { t } = useTranslation("contacts");
  const navigate = useNavigate();
  const [typed, setTyped] = useState("");
  const name = nameOf(contact);
  const erase = useAct(() => api.DELETE("/contact/{id}", { params: { path: { id: contact.id } } }), {
    says: t("erased"),
    stale: [keys.contacts, keys.conversations],
    then: () => navigate({ to: "/contacts", ignoreBlocker: true }),
  });
  return (
    <DialogForm act={erase} word={t("eraseForever")} ready={typed.trim() === name} danger onClose={onClose}>
      <p className={parts.warning}>
        <Icon of={TriangleAlert} />
        <span>{t("eraseWarning")}</span>
      </p>
      <TextInput label={t("eraseType", { name })} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} autoComplete="off" data-autofocus />
    </DialogForm>
  );
}
