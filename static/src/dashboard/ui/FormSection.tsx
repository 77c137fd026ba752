import type { ReactNode } from "react";
import style from "./form.module.css";

interface SectionProps {
  title: string;
  hint?: string;
  /** Buttons below the fields, at the end of the line. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A titled group of fields on a page of settings: words at one side, fields at the other. */
export function FormSection({ title, hint, actions, children }: SectionProps) {
  return (
    <section className={style.section}>
      <div className={style.words}>
        <h2 className={style.title}>{title}</h2>
        {hint ? <p className={style.hint}>{hint}</p> : null}
      </div>
      <div className={style.fields}>
        {children}
        {actions ? <div className={style.actions}>{actions}</div> : null}
      </div>
    </section>
  );
}
