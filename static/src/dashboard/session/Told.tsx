import type { ReactNode } from "react";
import style from "./auth.module.css";

/** What happened, at once read out. */
export const Told = ({ tone = "alarm", children }: { tone?: "alarm" | "good"; children: ReactNode }) => (
  <div className={style.told} data-tone={tone} role={tone === "alarm" ? "alert" : "status"}>
    {children}
  </div>
);
