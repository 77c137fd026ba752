import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { useEffect, useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "../session/me.js";
import { Page } from "../ui/Page.js";
import style from "./settings.module.css";
import { scopeOf, tabGroups } from "./tabs.js";

/** The frame of all settings: the list of tabs, and the one that is open. */
export function SettingsPage() {
  const { t } = useTranslation("settings");
  const { scopes } = useMe();
  const prefix = useId();
  const nav = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // On a phone the tabs are a strip, of which the open one may be out of sight.
  useEffect(() => void nav.current?.querySelector("[aria-current=page]")?.scrollIntoView?.({ block: "nearest", inline: "center" }), [pathname]);
  const groups = tabGroups.map(({ label, tabs }) => ({ label, tabs: tabs.filter((tab) => [...scopes, null].includes(scopeOf(tab))) })).filter(({ tabs }) => tabs.length > 0);
  return (
    <Page title={t("title")}>
      <div className={style.frame}>
        <nav ref={nav} className={style.tabs} aria-label={t("title")}>
          {groups.map(({ label, tabs }) => (
            <div key={label} className={style.group} role="group" aria-labelledby={prefix + label}>
              <span id={prefix + label} className={style.groupTitle}>
                {t(label)}
              </span>
              {tabs.map(({ to, label: name }) => (
                <Link key={to} to={to} className={style.tab ?? ""}>
                  {t(name)}
                </Link>
              ))}
            </div>
          ))}
        </nav>
        <div className={style.tabBody}>
          <Outlet />
        </div>
      </div>
    </Page>
  );
}
