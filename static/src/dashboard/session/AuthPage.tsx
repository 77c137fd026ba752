import type { ReactNode } from "react";
import { Mark } from "../ui/Mark.js";
import { useTitle } from "../ui/title.js";
import style from "./auth.module.css";

/** The frame of all pages that one sees without being logged in. */
export function AuthPage({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  useTitle(title);
  return (
    <main className={style.page}>
      <div className={style.card}>
        <div className={style.mark}>
          <Mark size={34} />
        </div>
        <h1 className={style.title}>{title}</h1>
        {hint ? <p className={style.hint}>{hint}</p> : null}
        <div className={style.body}>{children}</div>
      </div>
    </main>
  );
}
