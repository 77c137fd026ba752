import { ActionIcon, Button, Menu, TextInput } from "@mantine/core";
import { type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client.js";
import { acts, useActs } from "../inbox/acts.js";
import { priorities } from "../inbox/filter.js";
import { useLabelColor } from "../inbox/LabelDots.js";
import { useLabels, useTeam } from "../inbox/team.js";
import { useTeamPresence } from "../live/LiveProvider.js";
import { useMe } from "../session/me.js";
import { Avatar } from "../ui/Avatar.js";
import { composing } from "../ui/hotkeys.js";
import { Icon } from "../ui/Icon.js";
import { Check, Signal, Tag, UserPlus } from "../ui/icons.js";
import style from "./conversation.module.css";

interface ChooserProps {
  conversation: Schemas["Conversation"];
  opened: boolean;
  onChange: (opened: boolean) => void;
}

/** Who has the conversation, and giving it to somebody else. */
export function AssignMenu({ conversation: { id, assigned_to: owner }, opened, onChange }: ChooserProps) {
  const { t } = useTranslation(["conversation", "inbox", "shell"]);
  const { user } = useMe();
  const { run } = useActs();
  const team = useTeam();
  const online = new Set(useTeamPresence().filter(({ availability }) => availability === "online").map((colleague) => colleague.id));
  const give = (to: Schemas["Person"] | null) => () => void run(id, acts.assign(id, to));
  const others = team.filter((member) => member.id !== user.id);
  return (
    <Menu opened={opened} onChange={onChange} width={230} position="bottom-end">
      <Menu.Target>
        <Button variant="subtle" color="gray" className={style.owner ?? ""} aria-keyshortcuts="a" aria-label={owner ? owner.name : t("assign")} leftSection={owner ? <Avatar name={owner.name} size={20} /> : <Icon of={UserPlus} size={15} />}>
          <bdi className={style.ownerName}>{owner ? owner.name : t("assign")}</bdi>
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflow: "auto" }}>
        <Person name={`${user.name} (${t("you")})`} chosen={owner?.id === user.id} online={online.has(user.id)} give={give({ id: user.id, name: user.name })} />
        {others.map((member) => (
          <Person key={member.id} name={member.name} chosen={owner?.id === member.id} online={online.has(member.id)} give={give({ id: member.id, name: member.name })} />
        ))}
        <Menu.Divider />
        <Menu.Item onClick={give(null)} disabled={owner === null}>
          {t("takeAway")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

const Person = ({ name, chosen, online, give }: { name: string; chosen: boolean; online: boolean; give: () => void }) => (
  <Menu.Item leftSection={<Avatar name={name} size={20} online={online} />} rightSection={chosen ? <Icon of={Check} size={14} /> : null} onClick={give}>
    <bdi>{name}</bdi>
  </Menu.Item>
);

/** Labels: ticking known ones, and making a new one by typing it. */
export function LabelMenu({ conversation: { id, labels: on }, opened, onChange }: ChooserProps) {
  const { t } = useTranslation(["conversation", "inbox", "shell"]);
  const { run } = useActs();
  const labels = useLabels();
  const color = useLabelColor();
  const [text, setText] = useState("");
  const typed = text.trim();
  const names = [...new Set([...on, ...labels.map(({ name }) => name)])].filter((name) => name.toLocaleLowerCase().includes(typed.toLocaleLowerCase()));
  const meant = names.find((name) => name.toLocaleLowerCase() === typed.toLocaleLowerCase());
  const isNew = typed !== "" && meant === undefined;
  const toggle = (name: string): void => void run(id, acts.label(id, [name], on.includes(name) ? "remove" : "add"));
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || composing(event.nativeEvent)) return;
    event.preventDefault();
    // In an empty field nothing was meant.
    const name = isNew ? typed : meant;
    if (name) toggle(name);
    setText("");
  };
  return (
    <Menu opened={opened} onChange={onChange} width={230} position="bottom-end" closeOnItemClick={false}>
      <Menu.Target>
        <ActionIcon aria-label={t("label")} title={t("label")} aria-keyshortcuts="l">
          <Icon of={Tag} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <TextInput size="xs" aria-label={t("findLabel")} placeholder={t("findLabel")} value={text} onChange={(event) => setText(event.currentTarget.value)} onKeyDown={onKeyDown} data-autofocus mb={4} maxLength={100} />
        <div className={style.choices}>
          {names.map((name) => (
            <Menu.CheckboxItem key={name} checked={on.includes(name)} onChange={() => toggle(name)}>
              <span className={style.labelDot} style={{ background: color(name) }} /> <bdi>{name}</bdi>
            </Menu.CheckboxItem>
          ))}
          {isNew ? <Menu.Item onClick={() => toggle(typed)}>{t("newLabel", { name: typed })}</Menu.Item> : null}
        </div>
      </Menu.Dropdown>
    </Menu>
  );
}

/** How urgent it is. */
export function PriorityMenu({ conversation: { id, priority }, opened, onChange }: ChooserProps) {
  const { t } = useTranslation(["conversation", "inbox", "shell"]);
  const { run } = useActs();
  return (
    <Menu opened={opened} onChange={onChange} width={170} position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label={t("priorityIs", { priority: t(`inbox:priority_${priority}`) })} title={t("priority")} aria-keyshortcuts="p" data-priority={priority} className={style.priority ?? ""}>
          <Icon of={Signal} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup value={priority} onChange={(value) => void run(id, acts.priority(id, value as typeof priority))}>
          {priorities.map((value) => (
            <Menu.RadioItem key={value} value={value}>
              {t(`inbox:priority_${value}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}
