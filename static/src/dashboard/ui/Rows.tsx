import { Skeleton } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import style from "./parts.module.css";

/** A short list in a frame, for what is too few or too mixed for a table. */
export const Rows = ({ label, children }: { label: string; children: ReactNode }) => (
  <ul className={style.rows} aria-label={label}>
    {children}
  </ul>
);

/** One line of it: a picture, words, and what one can do. */
export const Row = ({ lead, title, sub, children }: { lead?: ReactNode; title: ReactNode; sub?: ReactNode; children?: ReactNode }) => (
  <li className={style.row}>
    {lead}
    <div className={style.rowWords}>
      <div className={style.rowTitle}>{title}</div>
      {sub ? <div className={style.rowSub}>{sub}</div> : null}
    </div>
    {children ? <div className={style.rowEnd}>{children}</div> : null}
  </li>
);

/** Stands where rows will be. */
export function RowsComing({ count = 3 }: { count?: number }) {
  const { t } = useTranslation();
  return (
    <div className={style.rows} role="status" aria-label={t("loading")}>
      {Array.from({ length: count }, (_, i) => (
        <div key={i} className={style.row}>
          <Skeleton height={28} circle />
          <div className={style.rowWords}>
            <Skeleton height={10} width="32%" mb={8} />
            <Skeleton height={8} width="54%" />
          </div>
        </div>
      ))}
    </div>
  );
}
