import { useNavigate } from "@tanstack/react-router";
import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useAhead } from "../conversation/ahead.js";
import { EmptyState } from "../ui/EmptyState.js";
import { ErrorState } from "../ui/ErrorState.js";
import { useHotkeys } from "../ui/hotkeys.js";
import { Archive, AtSign, CircleCheck, Inbox, Search, UserRound } from "../ui/icons.js";
import { number } from "../ui/time.js";
import { BulkBar } from "./BulkBar.js";
import { FilterChips, FilterMenu, FindField } from "./Filters.js";
import { filterOf, type InboxSearch, narrowed, type View, viewOf } from "./filter.js";
import { Ghost, List } from "./List.js";
import style from "./list.module.css";
import { useConversationList } from "./list.js";
import { useSelection } from "./selection.js";
import { useSites } from "./team.js";

const emptyIcons = { mine: UserRound, unassigned: CircleCheck, all: Inbox, mentions: AtSign, closed: CircleCheck, archived: Archive } satisfies Record<View, unknown>;

/** The list with its head: what it shows, how it is narrowed, what is ticked. */
export function ListColumn({ search, open }: { search: InboxSearch; open: string | undefined }) {
  const { t } = useTranslation("inbox");
  const key = JSON.stringify(search);
  const filter = useMemo(() => filterOf(search), [key]);
  const list = useConversationList(filter);
  const selection = useSelection(list.between, key);
  useListKeys(list, open, selection);
  const view = viewOf(search);
  const site = useSites().find(({ id }) => id === search.site);
  const name = search.label ?? site?.name ?? (search.channel && !search.view ? t(`channel_${search.channel}`) : undefined);
  return (
    <section className={style.column} aria-labelledby="list-title">
      <header className={style.head}>
        <h1 id="list-title" className={style.title}>
          {name ? <bdi>{name}</bdi> : t(`view_${view}`)}
          {list.loading ? null : <span className={style.total}>{number(list.total)}</span>}
        </h1>
        <FilterMenu search={search} />
      </header>
      <FindField search={search} />
      <FilterChips search={search} />
      {list.error ? <ErrorState error={list.error} retry={list.retry} /> : null}
      {list.loading && !list.error ? <Ghosts /> : null}
      {!list.loading && !list.error && list.total === 0 ? (
        narrowed(search) ? (
          <EmptyState icon={Search} title={t("emptySearch")} hint={t("emptySearchHint")} />
        ) : (
          <EmptyState icon={emptyIcons[view]} title={t(`empty_${view}`)} hint={t(`emptyHint_${view}`)} />
        )
      ) : null}
      {list.total > 0 ? <List key={key} total={list.total} row={list.row} see={list.see} open={open} selection={selection} find={search.q} /> : null}
      {selection.size > 0 ? <BulkBar selection={selection} /> : null}
    </section>
  );
}

const Ghosts = () => (
  <div className={style.scroll} aria-busy="true">
    {Array.from({ length: 9 }, (_, i) => (
      <Ghost key={i} />
    ))}
  </div>
);

/** Up, down, tick. */
function useListKeys(list: ReturnType<typeof useConversationList>, open: string | undefined, selection: ReturnType<typeof useSelection>): void {
  const { t } = useTranslation("inbox");
  const navigate = useNavigate();
  const ahead = useAhead();
  const last = useRef(-1);
  const place = open ? list.here().find(([, id]) => id === open)?.[0] : undefined;
  useEffect(() => {
    if (place !== undefined) last.current = place;
  }, [place]);
  const go = async (step: number): Promise<void> => {
    if (list.total === 0) return;
    // Of an open conversation whose rows are far out of sight it is known where it stood.
    const at = place ?? (open ? last.current : -1);
    const next = Math.min(list.total - 1, Math.max(0, at + step));
    const id = list.row(next)?.id ?? (await list.idAt(next));
    if (!id) return;
    last.current = next;
    ahead(list.row(next + step)?.id);
    void navigate({ to: "/inbox/$conversation", params: { conversation: id }, search: (now: InboxSearch) => now, replace: open !== undefined });
  };
  useHotkeys([
    { keys: "j", label: t("keyNext"), group: "list", run: () => void go(1), quiet: true, repeats: true },
    { keys: "k", label: t("keyPrevious"), group: "list", run: () => void go(-1), quiet: true, repeats: true },
    { keys: "x", label: t("keySelect"), group: "list", run: () => open && selection.toggle(open, false), quiet: true },
    { keys: "/", label: t("keyFind"), group: "list", run: () => document.getElementById("find")?.focus() },
    { keys: "Escape", label: t("clearSelection"), group: "list", run: selection.clear, quiet: true },
  ]);
}
