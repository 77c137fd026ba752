import { Link, Outlet } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page } from "../ui/Page.js";
import style from "./settings.module.css";
import { tabs } from "./tabs.js";

/** The frame of all settings: the list of tabs, and the one that is open. */
export function SettingsPage() {
  const { t } = useTranslation("settings");
  return (
    <Page title={t("title")}>
      <div className={style.frame}>
        <nav className={style.tabs} aria-label={t("title")}>
          {tabs.map(({ to, label }) => (
            <Link key={to} to={to} className={style.tab ?? ""}>
              {t(label)}
            </Link>
          ))}
        </nav>
        <div className={style.tabBody}>
          <Outlet />
        </div>
      </div>
    </Page>
  );
}
