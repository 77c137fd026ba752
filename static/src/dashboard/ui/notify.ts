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
}

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
    }),
    [t, sentence],
  );
}
