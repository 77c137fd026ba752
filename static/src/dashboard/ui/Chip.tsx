import type { ReactNode } from "react";
import style from "./parts.module.css";

/** A word about the state of something, in its tone. */
export const Chip = ({ tone = "quiet", children }: { tone?: "quiet" | "good" | "warn" | "alarm" | "accent"; children: ReactNode }) => (
  <span className={style.chip} data-tone={tone}>
    {children}
  </span>
);
