import { ActionIcon, Popover, TextInput } from "@mantine/core";
import { type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { acts, useActs } from "../inbox/acts.js";
import { useLabelColor } from "../inbox/LabelDots.js";
import { useLabels } from "../inbox/team.js";
import { composing } from "../ui/hotkeys.js";
import { Icon } from "../ui/Icon.js";
import { Check, Plus, Tag } from "../ui/icons.js";
import { useWalk } from "../ui/walk.js";
import type { ChooserProps } from "./Choosers.js";
import style from "./conversation.module.css";

/** Labels: ticking known ones, and making a new one by typing it. */
export function LabelBox({ conversation: { id, labels: on }, opened, onChange }: ChooserProps) {
  const { t } = useTranslation("conversation");
  return (
    <Popover opened={opened} onChange={onChange} width={230} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon aria-label={t("label")} title={t("label")} aria-keyshortcuts="l" onClick={() => onChange(!opened)}>
          <Icon of={Tag} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p={4}>
        <Labels id={id} on={on} />
      </Popover.Dropdown>
    </Popover>
  );
}

/** A line of the list: a label that there is, or the one that is typed. */
interface Choice {
  name: string;
  isNew: boolean;
}

/** The labels there are, those that are on first, as far as they match; and what is typed, if it is a new one. */
function useChoices(on: readonly string[], typed: string): Choice[] {
  const labels = useLabels();
  const small = (name: string): string => name.toLocaleLowerCase();
  const names = [...new Set([...on, ...labels.map(({ name }) => name)])].filter((name) => small(name).includes(small(typed)));
  const isNew = typed !== "" && !names.some((name) => small(name) === small(typed));
  return [...names.map((name) => ({ name, isNew: false })), ...(isNew ? [{ name: typed, isNew: true }] : [])];
}

function Labels({ id, on }: { id: string; on: readonly string[] }) {
  const { t } = useTranslation("conversation");
  const { run } = useActs();
  const [text, setText] = useState("");
  const typed = text.trim();
  const choices = useChoices(on, typed);
  const { list, active, begin, lineId, walk } = useWalk(choices.length, -1);
  const toggle = ({ name }: Choice): void => void run(id, acts.label(id, [name], on.includes(name) ? "remove" : "add"));
  const onKeyDown = (event: KeyboardEvent): void => {
    walk(event);
    if (event.key !== "Enter" || composing(event.nativeEvent)) return;
    event.preventDefault();
    // Where nothing is chosen, what is typed is meant as it is; in an empty field nothing is.
    const meant = choices[active] ?? choices.find(({ name }) => name.toLocaleLowerCase() === typed.toLocaleLowerCase());
    if (meant) toggle(meant);
    if (active < 0) setText("");
  };
  return (
    <>
      <TextInput
        size="xs"
        mb={4}
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        {...(active >= 0 && { "aria-activedescendant": lineId(active) })}
        aria-label={t("findLabel")}
        placeholder={t("findLabel")}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          begin();
        }}
        onKeyDown={onKeyDown}
        data-autofocus
        maxLength={100}
      />
      <div id={list} role="listbox" aria-multiselectable="true" aria-label={t("label")} className={style.choices}>
        {choices.map((choice, i) => (
          <Line key={choice.name} id={lineId(i)} choice={choice} on={on.includes(choice.name)} active={i === active} toggle={() => toggle(choice)} />
        ))}
      </div>
    </>
  );
}

function Line({ id, choice: { name, isNew }, on, active, toggle }: { id: string; choice: Choice; on: boolean; active: boolean; toggle: () => void }) {
  const { t } = useTranslation("conversation");
  const color = useLabelColor();
  return (
    // A press leaves the focus in the field, where the keys are listened to.
    <div id={id} role="option" aria-selected={on} data-active={active} className={style.choice} onMouseDown={(event) => event.preventDefault()} onClick={toggle}>
      <span className={style.choiceSign}>{isNew ? <Icon of={Plus} size={14} /> : on ? <Icon of={Check} size={14} /> : null}</span>
      {isNew ? (
        t("newLabel", { name })
      ) : (
        <>
          <span className={style.labelDot} style={{ background: color(name) }} /> <bdi>{name}</bdi>
        </>
      )}
    </div>
  );
}
