import { Modal } from "@mantine/core";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { begun } from "../inbox/excerpts.js";
import { composing, shownKeys } from "../ui/hotkeys.js";
import { Icon } from "../ui/Icon.js";
import { Search } from "../ui/icons.js";
import { useSentence } from "../ui/sentence.js";
import { useWalk } from "../ui/walk.js";
import { type Entry, useCommands, useFound } from "./found.js";
import { Marked, Marks } from "./Marked.js";
import style from "./palette.module.css";

/** Every command by its name, and everything that is stored by its words. */
export function Palette({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const from = useRef<Element | null>(null);
  // The field takes the focus as it is drawn, before any effect: whose it was is asked first.
  if (opened) from.current ??= document.activeElement;
  useEffect(() => {
    const back = from.current;
    if (opened) return;
    from.current = null;
    if (back instanceof HTMLElement && document.activeElement === document.body) back.focus();
  }, [opened]);
  return (
    <Modal.Root opened={opened} onClose={onClose} returnFocus={false} lockScroll={false} centered={false} yOffset="12vh" size={600} transitionProps={{ duration: 0 }}>
      <Modal.Overlay color="var(--veil)" backgroundOpacity={1} />
      <Modal.Content aria-label={t("commands")}>
        <Commands onClose={onClose} />
      </Modal.Content>
    </Modal.Root>
  );
}

function Commands({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const commands = useCommands(text);
  const { entries: found, searching, error } = useFound(text);
  const entries = [...commands, ...found];
  const { list, active, setActive, begin, lineId, walk } = useWalk(entries.length, 0);
  const run = (entry: Entry | undefined): void => {
    if (!entry) return;
    onClose();
    entry.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    walk(event);
    if (event.key !== "Enter" || composing(event.nativeEvent)) return;
    event.preventDefault();
    run(entries[active]);
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
          aria-activedescendant={entries[active] ? lineId(active) : undefined}
          aria-label={t("commands")}
          placeholder={t("commandPlaceholder")}
          // At once, not after the dialog: what is typed next belongs here.
          autoFocus
          data-autofocus
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            begin();
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div id={list} role="listbox" aria-label={t("commands")} className={style.list}>
        {entries.map((entry, i) => (
          <EntryLine key={entry.id} id={lineId(i)} entry={entry} heading={entry.group !== entries[i - 1]?.group} active={i === active} run={() => run(entry)} hover={() => setActive(i)} />
        ))}
      </div>
      <Status searching={searching} error={error} nothing={entries.length === 0} />
    </>
  );
}

/** How the search stands: a failed one has not found nothing. */
function Status({ searching, error, nothing }: { searching: boolean; error: unknown; nothing: boolean }) {
  const { t } = useTranslation();
  const sentence = useSentence();
  return (
    <p role="status" className={nothing || error ? style.nothing : "unseen"}>
      {searching ? t("searching") : error ? sentence(error) : nothing ? t("commandNothing") : null}
    </p>
  );
}

function EntryLine({ id, entry, heading, active, run, hover }: { id: string; entry: Entry; heading: boolean; active: boolean; run: () => void; hover: () => void }) {
  return (
    <>
      {heading ? (
        <div className={style.group} role="presentation">
          {entry.group}
        </div>
      ) : null}
      <div id={id} role="option" aria-selected={active} className={style.entry} onClick={run} onMouseMove={hover}>
        <span>
          {entry.marked ? <Marked highlight={entry.marked} /> : <bdi>{entry.label}</bdi>}
          {entry.highlight || entry.sub ? (
            <span className={style.sub} dir="auto">
              {entry.highlight ? <Marks highlight={begun(entry.highlight)} /> : entry.sub}
            </span>
          ) : null}
        </span>
        {entry.aside ? <bdi className={style.aside}>{entry.aside}</bdi> : null}
        {entry.keys ? (
          <span className={style.keys}>
            {shownKeys(entry.keys).map((key, k) => (
              <kbd key={`${key}${k}`}>{key}</kbd>
            ))}
          </span>
        ) : null}
      </div>
    </>
  );
}
