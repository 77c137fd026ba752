import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { GuideLink } from "../guide/GuideLink.js";
import { Icon } from "../ui/Icon.js";
import { Keyboard, Search } from "../ui/icons.js";
import { shownKeys } from "../ui/hotkeys.js";
import { Mark } from "../ui/Mark.js";
import { useMe } from "../session/me.js";
import { NavSlot } from "./NavSlot.js";
import { places } from "./places.js";
import style from "./shell.module.css";
import { UserMenu } from "./UserMenu.js";

/** The slim column at the side; on a phone the bar at the foot. */
export function Nav({ openPalette, openShortcuts }: { openPalette: () => void; openShortcuts: () => void }) {
  const { t } = useTranslation();
  const { account } = useMe();
  return (
    <nav className={style.nav} aria-label={t("mainNavigation")}>
      <div className={style.brand}>
        <Mark size={22} />
        <span className={style.account} title={account.name}>{account.name}</span>
      </div>
      <button type="button" className={style.search} onClick={openPalette}>
        <Icon of={Search} size={15} />
        <span>{t("search")}</span>
        <span className={style.keys} aria-hidden="true">
          {shownKeys("mod+k").map((key) => (
            <kbd key={key}>{key}</kbd>
          ))}
        </span>
      </button>
      <ul className={style.places}>
        {places.map(({ to, label, icon }) => (
          <li key={to}>
            <Link to={to} className={style.place ?? ""} activeProps={{ "data-active": true }}>
              <Icon of={icon} size={17} />
              <span>{t(label)}</span>
            </Link>
          </li>
        ))}
      </ul>
      <NavSlot />
      <GuideLink />
      <div className={style.foot}>
        <UserMenu openPalette={openPalette} />
        <button type="button" className={style.help} onClick={openShortcuts} aria-label={t("shortcuts")}>
          <Icon of={Keyboard} size={16} />
        </button>
      </div>
    </nav>
  );
}
