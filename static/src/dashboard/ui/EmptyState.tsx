import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Icon } from "./Icon.js";
import style from "./states.module.css";

/** What stands where nothing is: why, and what to do about it. */
export function EmptyState({ icon, title, hint, children }: { icon: LucideIcon; title: string; hint?: string; children?: ReactNode }) {
  return (
    <div className={style.state}>
      <div className={style.art} aria-hidden="true">
        <span className={style.ring} />
        <span className={style.ring} />
        <span className={style.badge}>
          <Icon of={icon} size={22} />
        </span>
      </div>
      <p className={style.title}>{title}</p>
      {hint ? <p className={style.hint}>{hint}</p> : null}
      {children ? <div className={style.actions}>{children}</div> : null}
    </div>
  );
}
