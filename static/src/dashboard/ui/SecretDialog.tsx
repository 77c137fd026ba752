import { Button, Group, Modal } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { CopyField } from "./CopyField.js";
import { Icon } from "./Icon.js";
import { TriangleAlert } from "./icons.js";
import style from "./parts.module.css";

interface SecretProps {
  title: string;
  label: string;
  /** The secret; null keeps the dialog shut. */
  secret: string | null;
  onClose: () => void;
  children?: ReactNode;
}

/** Shows a secret the only time that it is shown. A click beside it does not close it. */
export function SecretDialog({ title, label, secret, onClose, children }: SecretProps) {
  const { t } = useTranslation("ui");
  const { t: shell } = useTranslation();
  return (
    <Modal opened={secret !== null} onClose={onClose} title={title} closeOnClickOutside={false} size="lg" closeButtonProps={{ "aria-label": shell("close") }}>
      <p className={style.warning} role="note">
        <Icon of={TriangleAlert} />
        <span>{t("secretOnce")}</span>
      </p>
      <CopyField label={label} value={secret ?? ""} />
      {children}
      <Group justify="flex-end" mt="lg">
        <Button onClick={onClose} data-autofocus>
          {t("secretKept")}
        </Button>
      </Group>
    </Modal>
  );
}
