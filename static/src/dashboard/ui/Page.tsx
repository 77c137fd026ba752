import type { LinkProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { BackLink } from "./BackLink.js";
import { useTitle } from "./title.js";
import style from "./page.module.css";

interface PageProps {
  title: string;
  /** One line below the title. */
  hint?: string;
  /** The list that the page is a row of. */
  back?: { to: LinkProps["to"]; label: string };
  /** A picture before the title. */
  lead?: ReactNode;
  /** Buttons at the end of the title's row. */
  actions?: ReactNode;
  /** `wide` for tables, `text` for forms. */
  width?: "text" | "wide";
  children: ReactNode;
}

/** A page that scrolls as a whole, with its title: everything but the inbox. */
export function Page({ title, hint, back, lead, actions, width = "wide", children }: PageProps) {
  useTitle(title);
  return (
    <main id="content" tabIndex={-1} className={style.page}>
      <div className={style.inner} data-width={width}>
        {back ? <BackLink {...back} /> : null}
        <header className={style.head}>
          {lead}
          <div className={style.words}>
            <h1 className={style.title}>{title}</h1>
            {hint ? (
              <p className={style.hint}>
                <bdi>{hint}</bdi>
              </p>
            ) : null}
          </div>
          {actions ? <div className={style.actions}>{actions}</div> : null}
        </header>
        {children}
      </div>
    </main>
  );
}
