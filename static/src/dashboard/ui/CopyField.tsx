import { ActionIcon, CopyButton, Tooltip } from "@mantine/core";
import { useId } from "react";
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
      {hint ? <p className={style.copyHint}>{hint}</p> : null}
    </div>
  );
}

/** The button alone. */
export function CopyAction({ value, label }: { value: string; label: string }) {
  const { t } = useTranslation();
  return (
    <CopyButton value={value} timeout={1500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? t("copied") : t("copy")}>
          <ActionIcon onClick={copy} aria-label={`${copied ? t("copied") : t("copy")}: ${label}`}>
            <Icon of={copied ? Check : Copy} size={15} />
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
