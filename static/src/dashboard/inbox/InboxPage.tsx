import { Link, Outlet, useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { InNav } from "../shell/NavSlot.js";
import { useTitle } from "../ui/title.js";
import { viewOf, views } from "./filter.js";
import style from "./inbox.module.css";
import { ListColumn } from "./ListColumn.js";
import pills from "./views.module.css";
import { ViewsNav } from "./ViewsNav.js";

/** The desk: the list, and beside it the open conversation. On a phone, one after the other. */
export function InboxPage() {
  const { t } = useTranslation("inbox");
  const search = useSearch({ from: "/desk/inbox" });
  const { conversation: open } = useParams({ strict: false }) as { conversation?: string };
  useTitle(t(`view_${viewOf(search)}`));
  return (
    <div className={style.desk} data-open={open !== undefined || undefined} data-desk-open={open !== undefined || undefined}>
      <InNav>
        <ViewsNav search={search} />
      </InNav>
      <div className={style.list}>
        <nav className={pills.pills} aria-label={t("views")}>
          {views.map((view) => (
            <Link key={view} to="/inbox" search={view === "all" ? {} : { view }} activeOptions={{ exact: true }} data-active={viewOf(search) === view || undefined} aria-current={viewOf(search) === view ? "true" : undefined}>
              {t(`view_${view}`)}
            </Link>
          ))}
        </nav>
        <ListColumn search={search} open={open} />
      </div>
      <div className={style.open}>
        <Outlet />
      </div>
    </div>
  );
}
