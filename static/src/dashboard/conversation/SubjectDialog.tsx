import { Button, Group, TextInput } from "@mantine/core";
import { type SyntheticEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client.js";
import { Changed } from "../ui/Changed.js";
import { Dialog } from "../ui/Dialog.js";
import parts from "../ui/parts.module.css";
import { useEdit } from "./edits.js";

interface SubjectDialogProps {
  conversation: Schemas["Conversation"];
  opened: boolean;
  onClose: () => void;
}

/** Says what a conversation is about. */
export function SubjectDialog({ conversation, opened, onClose }: SubjectDialogProps) {
  const { t } = useTranslation("conversation");
  return (
    <Dialog opened={opened} onClose={onClose} title={t("changeSubject")}>
      <Form key={conversation.id} conversation={conversation} onClose={onClose} />
    </Dialog>
  );
}

/** The subject as it is typed, and its way to the server over what others make of it meanwhile. */
function useSubject(conversation: Schemas["Conversation"], onClose: () => void) {
  const change = useEdit();
  // What the words were begun on: what others write there meanwhile must not be lost unseen.
  const [begun, setBegun] = useState(conversation);
  const [text, setText] = useState(conversation.subject ?? "");
  const [overtaken, setOvertaken] = useState(false);
  const [busy, setBusy] = useState(false);
  const here = useRef(false);
  useEffect(() => {
    here.current = true;
    return () => void (here.current = false);
  }, []);
  const ask = (now: Schemas["Conversation"]): boolean => {
    setBegun(now);
    setOvertaken(true);
    return here.current;
  };
  const save = async (): Promise<void> => {
    const value = text.trim() || null;
    if (value === begun.subject) return onClose();
    setBusy(true);
    const done = await change({ begun, field: "subject", value }, ask);
    setBusy(false);
    if (done && here.current) onClose();
  };
  return { text, setText, theirs: overtaken ? begun : null, busy, save };
}

function Form({ conversation, onClose }: Omit<SubjectDialogProps, "opened">) {
  const { t } = useTranslation("conversation");
  const { t: shell } = useTranslation();
  const { text, setText, theirs, busy, save } = useSubject(conversation, onClose);
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (!busy) void save();
  };
  return (
    <form onSubmit={submit} className={parts.stack}>
      <TextInput label={t("subject")} value={text} onChange={({ currentTarget }) => setText(currentTarget.value)} maxLength={500} data-autofocus />
      {theirs ? <Changed says={t("subjectChanged")} now={[[t("subject"), theirs.subject ?? t("noSubject")]]} keeps={t("subjectKept")} /> : null}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {theirs ? t("keepTheirs") : shell("cancel")}
        </Button>
        <Button type="submit" loading={busy}>
          {theirs ? t("saveMine") : shell("save")}
        </Button>
      </Group>
    </form>
  );
}
