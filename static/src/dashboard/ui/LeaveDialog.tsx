import { useTranslation } from "react-i18next";
import { useStore } from "../live/store.js";
import { ConfirmDialog } from "./ConfirmDialog.js";
import { asking } from "./unsaved.js";

/** The question whether unsaved changes may be lost; who closes it stays. */
export function LeaveDialog() {
  const { t } = useTranslation("ui");
  const answer = useStore(asking);
  return (
    <ConfirmDialog opened={answer !== null} onClose={() => answer?.(false)} title={t("leaveUnsaved")} confirm={t("leave")} act={() => Promise.resolve(answer?.(true))}>
      {t("unsaved")}
    </ConfirmDialog>
  );
}
