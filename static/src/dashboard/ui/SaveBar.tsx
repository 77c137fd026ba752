import { Button } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import style from "./parts.module.css";
import { askToLeave, useUnsaved } from "./unsaved.js";

interface SaveBarProps {
  dirty: boolean;
  busy: boolean;
  onSave: () => void;
  onReset: () => void;
  label?: string;
}

/** Comes up at the foot of a form while something is not saved, and holds whoever is about to leave it. */
export function SaveBar({ dirty, busy, onSave, onReset, label }: SaveBarProps) {
  const { t } = useTranslation("ui");
  const { t: shell } = useTranslation();
  useBlocker({ shouldBlockFn: async () => dirty && !busy && !(await askToLeave()), enableBeforeUnload: () => dirty });
  useUnsaved(dirty);
  if (!dirty) return null;
  return (
    <div className={style.saveBar} role="region" aria-label={t("unsaved")}>
      <span>{t("unsaved")}</span>
      <Button variant="default" onClick={onReset} disabled={busy}>
        {t("discard")}
      </Button>
      <Button onClick={onSave} loading={busy}>
        {label ?? shell("save")}
      </Button>
    </div>
  );
}
