import { Button, Checkbox, Group, Radio, Stack, Textarea } from "@mantine/core";
import { type SyntheticEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client.js";
import { acts, useActs } from "../inbox/acts.js";
import { Dialog } from "../ui/Dialog.js";

const reasons = ["issue_resolved", "not_issue", "duplicate", "spam"] as const;

/** Closes a conversation: why, a word for the team, and whether to ask how it was. */
export function ResolveDialog({ conversation, opened, onClose }: { conversation: Schemas["Conversation"]; opened: boolean; onClose: () => void }) {
  const { t } = useTranslation(["conversation", "inbox", "shell"]);
  return (
    <Dialog opened={opened} onClose={onClose} title={t("resolveTitle")}>
      <Form id={conversation.id} onClose={onClose} />
    </Dialog>
  );
}

function Form({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation(["conversation", "inbox", "shell"]);
  const { run } = useActs();
  const [reason, setReason] = useState<(typeof reasons)[number]>("issue_resolved");
  const [note, setNote] = useState("");
  const [survey, setSurvey] = useState(true);
  const [busy, setBusy] = useState(false);
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    const asks = survey && reason !== "spam";
    const done = run(id, acts.resolve(id, { resolution_reason: reason, send_satisfaction_survey: asks, ...(note.trim() ? { internal_note: note.trim() } : {}) }));
    // Without a note there is nothing to lose: the dialog need not wait for the answer.
    if (!note.trim() || (await done)) onClose();
    else setBusy(false);
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Radio.Group label={t("resolveWhy")} value={reason} onChange={(value) => setReason(value as typeof reason)}>
        <Stack gap={8} mt={6}>
          {reasons.map((value) => (
            <Radio key={value} value={value} label={t(`reason_${value}`)} size="xs" />
          ))}
        </Stack>
      </Radio.Group>
      <Textarea mt="md" label={t("resolveNote")} value={note} onChange={(event) => setNote(event.currentTarget.value)} maxLength={10_000} minRows={2} autosize />
      <Checkbox mt="md" label={t("askRating")} checked={survey && reason !== "spam"} disabled={reason === "spam"} onChange={(event) => setSurvey(event.currentTarget.checked)} />
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t("shell:cancel")}
        </Button>
        <Button type="submit" data-autofocus loading={busy}>
          {t("resolve")}
        </Button>
      </Group>
    </form>
  );
}
