import type { LinkProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { BackLink } from "./BackLink.js";
import style from "./parts.module.css";

interface TabHeadProps {
  title: string;
  hint?: string;
  /** Where the page belongs to, if it is one below a list. */
  back?: { to: LinkProps["to"]; label: string };
  actions?: ReactNode;
}

/** The head of a page within a page: a tab of the settings, or a row of its list. */
export function TabHead({ title, hint, back, actions }: TabHeadProps) {
  return (
    <div className={style.tabHead}>
      <div className={style.tabWords}>
        {back ? <BackLink {...back} /> : null}
        <h2 className={style.tabTitle}>{title}</h2>
        {hint ? <p className={style.tabHint}>{hint}</p> : null}
      </div>
      {actions ? <div className={style.tabActions}>{actions}</div> : null}
    </div>
  );
}
