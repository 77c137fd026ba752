import { Outlet } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { OutboxProvider } from "../conversation/OutboxProvider.js";
import { ConnectionBanner } from "../live/Banner.js";
import { LiveProvider } from "../live/LiveProvider.js";
import { useUnreadShown } from "../live/unread.js";
import { useSandbox } from "../session/sandbox.js";
import { LeaveDialog } from "../ui/LeaveDialog.js";
import { listenForHotkeys } from "../ui/hotkeys.js";
import { useGeneralHotkeys } from "./general.js";
import { Nav } from "./Nav.js";
import { Palette } from "./Palette.js";
import { SandboxBar } from "./SandboxBar.js";
import { ShortcutsDialog } from "./ShortcutsDialog.js";
import style from "./shell.module.css";

/** What stays while pages change: navigation, palette, list of keys, banners. */
export function Shell() {
  const sandbox = useSandbox();
  return (
    <LiveProvider key={String(sandbox)}>
      <OutboxProvider>
        <Frame sandbox={sandbox} />
      </OutboxProvider>
    </LiveProvider>
  );
}

function Frame({ sandbox }: { sandbox: boolean }) {
  const { t } = useTranslation();
  const [palette, setPalette] = useState(false);
  const [shortcuts, setShortcuts] = useState(false);
  useEffect(() => listenForHotkeys(), []);
  useUnreadShown();
  useGeneralHotkeys({ openPalette: () => setPalette((open) => !open), openShortcuts: () => setShortcuts(true) });
  return (
    <div className={style.shell}>
      <a className={style.skip} href="#content">
        {t("skipToContent")}
      </a>
      {sandbox ? <SandboxBar /> : null}
      <ConnectionBanner />
      <div className={style.columns}>
        <Nav openPalette={() => setPalette(true)} openShortcuts={() => setShortcuts(true)} />
        <div className={style.content}>
          <Outlet />
        </div>
      </div>
      <Palette opened={palette} onClose={() => setPalette(false)} />
      <ShortcutsDialog opened={shortcuts} onClose={() => setShortcuts(false)} />
      <LeaveDialog />
    </div>
  );
}
