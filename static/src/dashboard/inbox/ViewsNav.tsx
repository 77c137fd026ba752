import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "../live/store.js";
import { useMe } from "../session/me.js";
import { showUnread } from "../ui/favicon.js";
import { Icon } from "../ui/Icon.js";
import { Archive, AtSign, CircleCheck, CircleDashed, Inbox, UserRound, X } from "../ui/icons.js";
import { number } from "../ui/time.js";
import { countInTitle } from "../ui/title.js";
import { filterOf, type InboxSearch, type View, viewOf, views } from "./filter.js";
import { useLabelColor } from "./LabelDots.js";
import { useConversationCount } from "./list.js";
import { forgetFilter, savedFilters } from "./saved.js";
import style from "./views.module.css";
import { useLabels } from "./team.js";

const icons = { mine: UserRound, unassigned: CircleDashed, all: Inbox, mentions: AtSign, closed: CircleCheck, archived: Archive } satisfies Record<View, unknown>;
/** Views whose number says how much there is to do. */
const counted: ReadonlySet<View> = new Set(["mine", "unassigned", "all", "mentions"]);

/** The views, labels and kept filters: in the navigation, or on a phone above the list. */
export function ViewsNav({ search }: { search: InboxSearch }) {
  const { t } = useTranslation("inbox");
  const labels = useLabels();
  const color = useLabelColor();
  const saved = useStore(savedFilters);
  const here = JSON.stringify(search);
  return (
    <div className={style.views}>
      <ul>
        {views.map((view) => (
          <Entry key={view} to={view === "all" ? {} : { view }} active={!search.label && viewOf(search) === view} icon={<Icon of={icons[view]} size={15} />} text={t(`view_${view}`)} counts={counted.has(view)} />
        ))}
      </ul>
      {saved.length > 0 ? <h2 className={style.group}>{t("savedFilters")}</h2> : null}
      <ul>
        {saved.map(({ name, search: to }) => (
          <Entry key={name} to={to} active={JSON.stringify(to) === here} text={name} counts={false} forget={() => forgetFilter(name)} />
        ))}
      </ul>
      {labels.length > 0 ? <h2 className={style.group}>{t("labels")}</h2> : null}
      <ul>
        {labels.map(({ id, name }) => (
          <Entry key={id} to={{ label: name }} active={search.label === name} icon={<span className={style.dot} style={{ background: color(name) }} />} text={name} counts={false} />
        ))}
      </ul>
    </div>
  );
}

interface EntryProps {
  to: InboxSearch;
  active: boolean;
  icon?: ReactNode;
  text: string;
  counts: boolean;
  forget?: () => void;
}

function Entry({ to, active, icon, text, counts, forget }: EntryProps) {
  const { t } = useTranslation("inbox");
  const { user } = useMe();
  const count = useConversationCount(filterOf(to, user.name), counts);
  const mine = to.view === "mine";
  useEffect(() => {
    if (!mine || count === undefined) return;
    countInTitle(count);
    showUnread(count > 0);
  }, [mine, count]);
  return (
    <li className={style.entry}>
      <Link to="/inbox" search={to} className={style.link ?? ""} data-active={active || undefined} aria-current={active ? "true" : undefined}>
        {icon}
        <span className={style.text}>
          <bdi>{text}</bdi>
        </span>
        {counts && count ? <span className={style.count}>{number(count)}</span> : null}
      </Link>
      {forget ? (
        <button type="button" className={style.forget} onClick={forget} aria-label={t("forgetFilter", { name: text })}>
          <Icon of={X} size={13} />
        </button>
      ) : null}
    </li>
  );
}
