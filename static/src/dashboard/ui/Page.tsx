import type { ReactNode } from "react";
import { useTitle } from "./title.js";
import style from "./page.module.css";

interface PageProps {
  title: string;
  /** One line below the title. */
  hint?: string;
  /** Buttons at the end of the title's row. */
  actions?: ReactNode;
  /** `wide` for tables, `text` for forms. */
  width?: "text" | "wide";
  children: ReactNode;
}

/** A page that scrolls as a whole, with its title: everything but the inbox. */
export function Page({ title, hint, actions, width = "wide", children }: PageProps) {
  useTitle(title);
  return (
    <main id="content" tabIndex={-1} className={style.page}>
      <div className={style.inner} data-width={width}>
        <header className={style.head}>
          <div className={style.words}>
            <h1 className={style.title}>{title}</h1>
            {hint ? <p className={style.hint}>{hint}</p> : null}
          </div>
          {actions ? <div className={style.actions}>{actions}</div> : null}
        </header>
        {children}
      </div>
    </main>
  );
}
