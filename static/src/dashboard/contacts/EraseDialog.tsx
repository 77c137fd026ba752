import { Button, Group, Modal, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type SyntheticEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client.js";
import { keys } from "../api/keys.js";
import { useAct } from "../ui/act.js";
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
  const { t: shell } = useTranslation();
  return (
    <Modal opened={opened} onClose={onClose} title={t("eraseTitle")} closeButtonProps={{ "aria-label": shell("close") }}>
      <EraseForm contact={contact} onClose={onClose} />
    </Modal>
  );
}

function EraseForm({ contact, onClose }: Omit<EraseProps, "opened">) {
  const { t } = useTranslation("contacts");
  const { t: shell } = useTranslation();
  const navigate = useNavigate();
  const [typed, setTyped] = useState("");
  const name = nameOf(contact);
  const erase = useAct(() => api.DELETE("/contact/{id}", { params: { path: { id: contact.id } } }), {
    says: t("erased"),
    stale: [keys.contacts, keys.conversations],
    then: () => navigate({ to: "/contacts", ignoreBlocker: true }),
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (typed.trim() === name) erase.mutate(undefined);
  };
  return (
    <form onSubmit={submit} className={parts.stack}>
      <p className={parts.warning}>
        <Icon of={TriangleAlert} />
        <span>{t("eraseWarning")}</span>
      </p>
      <TextInput label={t("eraseType", { name })} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} autoComplete="off" data-autofocus />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {shell("cancel")}
        </Button>
        <Button type="submit" color="red" variant="light" disabled={typed.trim() !== name} loading={erase.isPending}>
          {t("eraseForever")}
        </Button>
      </Group>
    </form>
  );
}
