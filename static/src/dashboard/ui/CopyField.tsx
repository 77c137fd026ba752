import { ActionIcon, Tooltip } from "@mantine/core";
import { useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "./Icon.js";
import { Check, Copy } from "./icons.js";
import style from "./parts.module.css";

/** A text to take along, with a button for it: an id, an address, a secret, a snippet. */
export function CopyField({ label, hint, value, hidden = false }: { label: string; hint?: string; value: string; hidden?: boolean }) {
  const name = useId();
  return (
    <div className={style.copy}>
      <span id={name} className={hidden ? "unseen" : style.copyLabel}>
        {label}
      </span>
      <div className={style.copyBox} role="group" aria-labelledby={name}>
        <code dir="ltr" className={style.copyText} tabIndex={0}>
          {value}
        </code>
        <CopyAction value={value} label={label} />
      </div>
      {hint ? <p dir="auto" className={style.copyHint}>{hint}</p> : null}
    </div>
  );
}

/** The button alone. */
export function CopyAction({ value, label }: { value: string; label: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <Tooltip label={copied ? t("copied") : t("copy")}>
      <ActionIcon onClick={(event) => void copyText(value, event.currentTarget).then(setCopied)} aria-label={`${copied ? t("copied") : t("copy")}: ${label}`}>
        <Icon of={copied ? Check : Copy} size={15} />
      </ActionIcon>
    </Tooltip>
  );
}

/** Copies a text; on plain http, where browsers have no clipboard for pages, by marking it in a field. Says whether it is copied. */
async function copyText(text: string, beside: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Below the button, so that a dialog that holds the focus does not take it back.
    const field = document.createElement("textarea");
    field.className = "unseen";
    field.value = text;
    beside.parentElement?.append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    beside.focus();
    return copied;
  }
}
