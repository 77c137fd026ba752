import { ActionIcon } from "@mantine/core";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { number } from "./time.js";
import { Icon } from "./Icon.js";
import { ArrowLeft } from "./icons.js";
import style from "./parts.module.css";

/** How many rows stand on one page of a list. */
export const pageSize = 25;

/** Goes to the last page where there is none any more: rows were deleted, or the address is an old one. */
export function useLastPage({ data, isPlaceholderData }: { data: { pagination: { total: number } } | undefined; isPlaceholderData: boolean }, page: number, onPage: (page: number) => void): void {
  const last = data && !isPlaceholderData ? Math.max(1, Math.ceil(data.pagination.total / pageSize)) : page;
  useEffect(() => {
    if (page > last) onPage(last);
  }, [page, last]);
}

/** Turns the pages of a long list. */
export function Pager({ page, total, onPage, size = pageSize }: { page: number; total: number; onPage: (page: number) => void; size?: number }) {
  const { t } = useTranslation("ui");
  if (total <= size) return null;
  const last = Math.ceil(total / size);
  return (
    <nav className={style.pager} aria-label={t("pages")}>
      <span>{t("range", { from: number((page - 1) * size + 1), to: number(Math.min(page * size, total)), total: number(total) })}</span>
      <ActionIcon variant="default" disabled={page <= 1} onClick={() => onPage(page - 1)} aria-label={t("previous")}>
        <Icon of={ArrowLeft} className={style.turning} />
      </ActionIcon>
      <ActionIcon variant="default" disabled={page >= last} onClick={() => onPage(page + 1)} aria-label={t("next")}>
        <Icon of={ArrowLeft} className={style.turned} />
      </ActionIcon>
    </nav>
  );
}
