import { Button, Group, Modal } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNotify } from "./notify.js";

interface ConfirmProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** What will be lost, in a sentence. */
  children: ReactNode;
  /** The word on the button: what it does, not "OK". */
  confirm: string;
  /** Does it; the dialog stays open, and says why, if it fails. */
  act: () => Promise<unknown>;
  danger?: boolean;
}

/** Asks before something that cannot be undone. */
export function ConfirmDialog({ opened, onClose, title, children, confirm, act, danger = true }: ConfirmProps) {
  const { t } = useTranslation();
  const notify = useNotify();
  const [busy, setBusy] = useState(false);
  const go = async (): Promise<void> => {
    setBusy(true);
    try {
      await act();
      onClose();
    } catch (error) {
      notify.failed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ "aria-label": t("close") }}>
      {children}
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t("cancel")}
        </Button>
        <Button color={danger ? "red" : undefined} variant={danger ? "light" : "filled"} loading={busy} onClick={() => void go()}>
          {confirm}
        </Button>
      </Group>
    </Modal>
  );
}
