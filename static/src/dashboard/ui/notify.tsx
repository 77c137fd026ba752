import { Button, Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useSentence } from "./sentence.js";

/** Short notices at the edge of the window; said aloud by screen readers. */
export interface Notify {
  done(message: string): void;
  failed(error: unknown): void;
  /** Somebody was faster: what it is now. */
  conflict(title: string, message: string): void;
  /** Somebody was faster, and which of two it shall be is still to be chosen: stays until it is. A later question of the same id takes its place. */
  choice(id: string, title: string, message: string, ways: readonly Way[]): void;
  /** Takes a question away that is none any more. */
  settled(id: string): void;
}

/** A way out of a question: its word, and what it does. */
export interface Way {
  word: string;
  go?: () => void;
}

/** What is asked, and the ways out; each of them ends the question. */
const Choice = ({ id, message, ways }: { id: string; message: string; ways: readonly Way[] }) => (
  <>
    {message}
    <Group gap="xs" mt={8}>
      {ways.map(({ word, go }) => (
        <Button
          key={word}
          size="compact-sm"
          variant="default"
          onClick={() => {
            notifications.hide(id);
            go?.();
          }}
        >
          {word}
        </Button>
      ))}
    </Group>
  </>
);

/** The notices, as a hook since they speak the person's language. */
export function useNotify(): Notify {
  const { t } = useTranslation();
  const sentence = useSentence();
  return useMemo(
    () => ({
      done: (message) => void notifications.show({ message, color: "pine", autoClose: 3000, closeButtonProps: { "aria-label": t("close") } }),
      failed: (error) =>
        // The same failure is told once, whoever tells it first: the dialog that asked, or the act itself.
        void notifications.show({ id: sentence(error), title: t("errorTitle"), message: sentence(error), color: "red", autoClose: 8000, closeButtonProps: { "aria-label": t("close") } }),
      conflict: (title, message) => void notifications.show({ title, message, color: "yellow", autoClose: 8000, closeButtonProps: { "aria-label": t("close") } }),
      choice: (id, title, message, ways) => {
        notifications.hide(id);
        notifications.show({ id, title, message: <Choice id={id} message={message} ways={ways} />, color: "yellow", autoClose: false, closeButtonProps: { "aria-label": t("close") } });
      },
      settled: (id) => void notifications.hide(id),
    }),
    [t, sentence],
  );
}
