import { Menu, useMantineColorScheme } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "../api/client.js";
import { keys } from "../api/keys.js";
import { type Language, languages } from "../i18n/areas.js";
import { chooseLanguage } from "../i18n/index.js";
import { type Me, useMe } from "../session/me.js";
import { useSandbox } from "../session/sandbox.js";
import { Avatar } from "../ui/Avatar.js";
import { Icon } from "../ui/Icon.js";
import { Bell, Check, FlaskConical, Languages, LogOut, Search, Sun, UserRound } from "../ui/icons.js";
import { chooseNotices, noticePrefs } from "../live/prefs.js";
import { useStore } from "../live/store.js";
import { useNotify } from "../ui/notify.js";
import { SubMenu } from "../ui/SubMenu.js";
import { mayLose } from "../ui/unsaved.js";
import { useSandboxSwitch } from "./SandboxBar.js";
import style from "./shell.module.css";

const schemes = [
  { value: "light", label: "themeLight" },
  { value: "dark", label: "themeDark" },
  { value: "auto", label: "themeAuto" },
] as const;

/** What concerns the person at the desk: availability, test mode, appearance, language, the way out. */
export function UserMenu({ openPalette }: { openPalette: () => void }) {
  const { t } = useTranslation();
  const { user } = useMe();
  const sandbox = useSandbox();
  const switchSandbox = useSandboxSwitch();
  const button = useRef<HTMLButtonElement>(null);
  const [searching, setSearching] = useState(false);
  const search = (): void => {
    // Where the focus is now, the palette gives it back; the menu must not take it from there.
    button.current?.focus();
    setSearching(true);
    openPalette();
  };
  return (
    <Menu width={236} position="top-start" returnFocus={!searching} onOpen={() => setSearching(false)}>
      <Menu.Target>
        <button ref={button} type="button" className={style.user} aria-label={t("userMenu", { name: user.name })}>
          <Avatar name={user.name} size={26} online={user.availability === "online"} />
          <span className={style.userName}>{user.name}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <SearchItem search={search} />
        <AvailabilityItems />
        <Menu.Divider />
        <Menu.CheckboxItem checked={sandbox} onChange={switchSandbox} styles={{ itemIndicator: { display: "none" } }} rightSection={sandbox ? <Icon of={Check} size={15} /> : null}>
          <span className={style.line}>
            <Icon of={FlaskConical} size={15} />
            {t("testMode")}
          </span>
        </Menu.CheckboxItem>
        <NoticeItems />
        <AppearanceItems />
        <LanguageItems />
        <Menu.Divider />
        <Menu.Item component={Link} to="/settings/profile" leftSection={<Icon of={UserRound} size={15} />}>
          {t("profile")}
        </Menu.Item>
        <LogOutItem />
      </Menu.Dropdown>
    </Menu>
  );
}

/** The way to the palette on a phone, where the bar at the foot has no room for a field, and no key opens it. */
function SearchItem({ search }: { search: () => void }) {
  const { t } = useTranslation();
  const phone = useMediaQuery("(max-width: 720px)", undefined, { getInitialValueInEffect: false });
  if (!phone) return null;
  return (
    <>
      <Menu.Item leftSection={<Icon of={Search} size={15} />} onClick={search}>
        {t("search")}
      </Menu.Item>
      <Menu.Divider />
    </>
  );
}

function AvailabilityItems() {
  const { t } = useTranslation();
  const { user } = useMe();
  const queries = useQueryClient();
  const notify = useNotify();
  const change = useMutation({
    mutationFn: (availability: "online" | "away") => answer(api.PATCH("/me", { body: { availability } })),
    onSuccess: (changed) => queries.setQueryData<Me>(keys.me, (me) => me && { ...me, user: changed }),
    onError: notify.failed,
  });
  return (
    <>
      <Menu.Label>{t("availability")}</Menu.Label>
      <Menu.RadioGroup value={user.availability} onChange={(value) => change.mutate(value === "online" ? "online" : "away")}>
        {(["online", "away"] as const).map((availability) => (
          <Menu.RadioItem key={availability} value={availability}>
            {t(availability)}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
    </>
  );
}

function NoticeItems() {
  const { t } = useTranslation();
  const prefs = useStore(noticePrefs);
  const notify = useNotify();
  const desktop = async (on: boolean): Promise<void> => {
    const { desktop: now } = await chooseNotices({ desktop: on });
    if (on && !now) notify.conflict(t("noticesRefused"), "");
  };
  return (
    <SubMenu label={t("notices")} icon={Bell}>
      <Menu.CheckboxItem checked={prefs.desktop} onChange={(on) => void desktop(on)}>
        {t("noticesDesktop")}
      </Menu.CheckboxItem>
      <Menu.CheckboxItem checked={prefs.sound} onChange={(on) => void chooseNotices({ sound: on })}>
        {t("noticesSound")}
      </Menu.CheckboxItem>
    </SubMenu>
  );
}

function AppearanceItems() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SubMenu label={t("theme")} icon={Sun}>
      <Menu.RadioGroup value={colorScheme} onChange={(value) => setColorScheme(value as typeof colorScheme)}>
        {schemes.map(({ value, label }) => (
          <Menu.RadioItem key={value} value={value}>
            {t(label)}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
    </SubMenu>
  );
}

function LanguageItems() {
  const { t, i18n } = useTranslation();
  const notify = useNotify();
  return (
    <SubMenu label={t("language")} icon={Languages}>
      <Menu.RadioGroup value={i18n.language} onChange={(code) => void chooseLanguage(code as Language).catch(notify.failed)}>
        {languages.map(({ code, name }) => (
          <Menu.RadioItem key={code} value={code} lang={code}>
            {name}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
    </SubMenu>
  );
}

function LogOutItem() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const notify = useNotify();
  const leave = useMutation({
    mutationFn: () => api.POST("/auth/logout"),
    onSuccess: async () => {
      await navigate({ to: "/login", ignoreBlocker: true });
      queries.clear();
    },
    onError: notify.failed,
  });
  const ask = async (): Promise<void> => {
    if (await mayLose()) leave.mutate();
  };
  return (
    <Menu.Item leftSection={<Icon of={LogOut} size={15} />} onClick={() => void ask()}>
      {t("logOut")}
    </Menu.Item>
  );
}
