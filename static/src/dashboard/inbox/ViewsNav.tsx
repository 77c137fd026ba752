import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "../live/store.js";
import { Icon } from "../ui/Icon.js";
import { Archive, AtSign, CircleCheck, CircleDashed, Globe, Inbox, UserRound, X } from "../ui/icons.js";
import { number } from "../ui/time.js";
import { channelIcons } from "./channels.js";
import { channels, type InboxSearch, type View, viewOf, views } from "./filter.js";
import { useLabelColor } from "./LabelDots.js";
import { useConversationCounts } from "./list.js";
import { forgetFilter, savedFilters } from "./saved.js";
import style from "./views.module.css";
import { useLabels, useSites } from "./team.js";

const icons = { mine: UserRound, unassigned: CircleDashed, all: Inbox, mentions: AtSign, closed: CircleCheck, archived: Archive } satisfies Record<View, unknown>;
/** Views whose number says how much there is to do, and the name that the server counts them by. */
const counted = { mine: "mine", unassigned: "unassigned", all: "open", mentions: "mentions" } as const satisfies Partial<Record<View, string>>;
const isCounted = (view: View): view is keyof typeof counted => view in counted;

/** The views, kept filters, sites, channels and labels: in the navigation, or on a phone above the list. */
export function ViewsNav({ search }: { search: InboxSearch }) {
  const { t } = useTranslation("inbox");
  const labels = useLabels();
  const color = useLabelColor();
  const sites = useSites();
  const counts = useConversationCounts();
  const saved = useStore(savedFilters);
  const here = JSON.stringify(search);
  // A channel is a view of its own, as sites and labels are, unless it narrows another one.
  const byChannel = search.view ? undefined : search.channel;
  const busy = channels.filter((channel) => channel === byChannel || counts?.channels.some((one) => one.channel === channel));
  return (
    <div className={style.views}>
      <ul>
        {views.map((view) => (
          <Entry key={view} to={view === "all" ? {} : { view }} active={!search.label && !search.site && !byChannel && viewOf(search) === view} icon={<Icon of={icons[view]} size={15} />} text={t(`view_${view}`)} count={isCounted(view) ? counts?.[counted[view]] : undefined} />
        ))}
      </ul>
      {saved.length > 0 ? <h2 className={style.group}>{t("savedFilters")}</h2> : null}
      <ul>
        {saved.map(({ name, search: to }) => (
          <Entry key={name} to={to} active={JSON.stringify(to) === here} text={name} forget={() => forgetFilter(name)} />
        ))}
      </ul>
      {sites.length > 1 ? <h2 className={style.group}>{t("sites")}</h2> : null}
      <ul>
        {sites.length > 1 ? sites.map(({ id, name }) => <Entry key={id} to={{ site: id }} active={search.site === id} icon={<Icon of={Globe} size={15} />} text={name} count={counts?.sites.find((site) => site.id === id)?.count} />) : null}
      </ul>
      {busy.length > 1 ? <h2 className={style.group}>{t("channels")}</h2> : null}
      <ul>
        {busy.length > 1 ? busy.map((channel) => <Entry key={channel} to={{ channel }} active={byChannel === channel} icon={<Icon of={channelIcons[channel]} size={15} />} text={t(`channel_${channel}`)} count={counts?.channels.find((one) => one.channel === channel)?.count} />) : null}
      </ul>
      {labels.length > 0 ? <h2 className={style.group}>{t("labels")}</h2> : null}
      <ul>
        {labels.map(({ id, name }) => (
          <Entry key={id} to={{ label: name }} active={search.label === name} icon={<span className={style.dot} style={{ background: color(name) }} />} text={name} count={counts?.labels.find((label) => label.name === name)?.count} />
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
  count?: number | undefined;
  forget?: () => void;
}

function Entry({ to, active, icon, text, count, forget }: EntryProps) {
  const { t } = useTranslation("inbox");
  return (
    <li className={style.entry}>
      <Link to="/inbox" search={to} activeOptions={{ exact: true }} className={style.link ?? ""} data-active={active || undefined} aria-current={active ? "true" : undefined}>
        {icon}
        <span className={style.text}>
          <bdi>{text}</bdi>
        </span>
        {count ? <span className={style.count}>{number(count)}</span> : null}
      </Link>
      {forget ? (
        <button type="button" className={style.forget} onClick={forget} aria-label={t("forgetFilter", { name: text })}>
          <Icon of={X} size={13} />
        </button>
      ) : null}
    </li>
  );
}
