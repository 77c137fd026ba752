import { useTranslation } from "react-i18next";
import { Dialog } from "../ui/Dialog.js";
import { type Hotkey, shownKeys, useRegisteredHotkeys } from "../ui/hotkeys.js";
import { deskKeys } from "./deskkeys.js";
import style from "./shell.module.css";

const groups = [
  { group: "general", label: "groupGeneral" },
  { group: "list", label: "groupList" },
  { group: "conversation", label: "groupConversation" },
] as const;

/** The keys that work where the person is now, and those of the inbox and of a conversation wherever that is. */
export function ShortcutsDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation(["shell", "inbox", "conversation"]);
  const here = useRegisteredHotkeys();
  const elsewhere = deskKeys.filter(({ group, keys }) => !here.some((hotkey) => hotkey.group === group && hotkey.keys === keys)).map((key) => ({ ...key, label: t(key.label) }));
  const hotkeys = [...here, ...elsewhere];
  return (
    <Dialog opened={opened} onClose={onClose} title={t("shortcuts")} size="lg">
      <div className={style.shortcuts}>
        {groups.map(({ group, label }) => (
          <Keys key={group} title={t(label)} hotkeys={hotkeys.filter((hotkey) => hotkey.group === group)} />
        ))}
      </div>
      <p className={style.shortcutsHint}>{t("shortcutsHint")}</p>
    </Dialog>
  );
}

function Keys({ title, hotkeys }: { title: string; hotkeys: readonly Pick<Hotkey, "keys" | "label">[] }) {
  return (
    <section>
      <h3 className={style.shortcutsTitle}>{title}</h3>
      <dl className={style.keyList}>
        {hotkeys.map(({ keys, label }) => (
          <div key={keys}>
            <dt>{label}</dt>
            <dd>
              {shownKeys(keys).map((key, i) => (
                <kbd key={`${key}${i}`}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
