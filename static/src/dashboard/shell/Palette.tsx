import { Modal } from "@mantine/core";
import { type KeyboardEvent, useId, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Hotkey, shownKeys, useRegisteredHotkeys } from "../ui/hotkeys.js";
import { Icon } from "../ui/Icon.js";
import { Search } from "../ui/icons.js";
import style from "./palette.module.css";

/** One line of the palette. */
interface Entry {
  id: string;
  label: string;
  keys?: string;
  run: () => void;
}

/** Every command by its name, found by typing: for those who do not know the key yet. */
export function Palette({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal.Root opened={opened} onClose={onClose} lockScroll={false} yOffset="12vh" size={560} transitionProps={{ duration: 80 }}>
      <Modal.Overlay color="var(--veil)" backgroundOpacity={1} />
      <Modal.Content aria-label={t("commands")}>
        <Commands onClose={onClose} />
      </Modal.Content>
    </Modal.Root>
  );
}

const entryOf = ({ keys, label, run }: Hotkey): Entry => ({ id: `${keys}-${label}`, label, keys, run });

function Commands({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const hotkeys = useRegisteredHotkeys();
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const list = useId();
  const found = useMemo(() => {
    const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    return hotkeys.filter(({ quiet, label }) => !quiet && words.every((word) => label.toLocaleLowerCase().includes(word))).map(entryOf);
  }, [hotkeys, text]);
  const run = (entry: Entry | undefined): void => {
    if (!entry) return;
    onClose();
    entry.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setActive((now) => (found.length ? (now + step + found.length) % found.length : 0));
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      event.preventDefault();
      run(found[active]);
    }
  };
  return (
    <>
      <div className={style.field}>
        <Icon of={Search} size={17} />
        <input
          className={style.input}
          role="combobox"
          aria-expanded="true"
          aria-controls={list}
          aria-activedescendant={found[active] ? `${list}-${active}` : undefined}
          aria-label={t("commands")}
          placeholder={t("commandPlaceholder")}
          data-autofocus
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div id={list} role="listbox" aria-label={t("commands")} className={style.list}>
        {found.map((entry, i) => (
          <div key={entry.id} id={`${list}-${i}`} role="option" aria-selected={i === active} tabIndex={-1} className={style.entry} onClick={() => run(entry)} onMouseMove={() => setActive(i)} onKeyDown={onKeyDown}>
            <span>{entry.label}</span>
            {entry.keys ? (
              <span className={style.keys}>
                {shownKeys(entry.keys).map((key, k) => (
                  <kbd key={`${key}${k}`}>{key}</kbd>
                ))}
              </span>
            ) : null}
          </div>
        ))}
        {found.length === 0 ? <p className={style.nothing}>{t("commandNothing")}</p> : null}
      </div>
    </>
  );
}
