import { Button, Group, Modal, type ModalProps } from "@mantine/core";
import type { ReactNode, SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import style from "./parts.module.css";

/** Where what opened a window is gone with what was done in it, the page has the focus. */
const stay = (): void => {
  // After the moment in which the window gives the focus back by itself.
  setTimeout(() => {
    if (document.activeElement === document.body) document.getElementById("content")?.focus({ preventScroll: true });
  }, 20);
};

/** A window over the page. What stands in it begins anew each time it is opened. */
export function Dialog(props: ModalProps) {
  const { t } = useTranslation();
  return <Modal {...props} onExitTransitionEnd={stay} closeButtonProps={{ "aria-label": t("close") }} />;
}

interface FormProps {
  /** What the form does, as `useAct` gives it. */
  act: { mutate: (given: undefined) => void; isPending: boolean };
  /** The word on the button: what it does. */
  word: string;
  /** Whether enough is filled in. */
  ready: boolean;
  danger?: boolean;
  onClose: () => void;
  children: ReactNode;
}

/** The form in a window: its fields, and below them the way out and the act. */
export function DialogForm({ act, word, ready, danger = false, onClose, children }: FormProps) {
  const { t } = useTranslation();
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (ready) act.mutate(undefined);
  };
  return (
    <form onSubmit={submit} className={style.stack} noValidate>
      {children}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t("cancel")}
        </Button>
        <Button type="submit" loading={act.isPending} disabled={!ready} {...(danger ? { color: "red", variant: "light" } : {})}>
          {word}
        </Button>
      </Group>
    </form>
  );
}
