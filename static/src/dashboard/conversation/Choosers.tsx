import { ActionIcon, Button, Menu } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client.js";
import { priorities } from "../inbox/filter.js";
import { useTeam } from "../inbox/team.js";
import { useTeamPresence } from "../live/LiveProvider.js";
import { useMe } from "../session/me.js";
import { Avatar } from "../ui/Avatar.js";
import { Icon } from "../ui/Icon.js";
import { Check, Signal, UserPlus } from "../ui/icons.js";
import style from "./conversation.module.css";
import { useEdit } from "./edits.js";

/** What is chosen for a conversation, in a box that its header opens. */
export interface ChooserProps {
  conversation: Schemas["Conversation"];
  opened: boolean;
  onChange: (opened: boolean) => void;
}

/** The conversation as it was when its box was opened: what others choose meanwhile must not be lost unseen. */
function useBegun(conversation: Schemas["Conversation"], opened: boolean) {
  const [begun, setBegun] = useState(conversation);
  if (!opened && begun !== conversation) setBegun(conversation);
  return [begun, setBegun] as const;
}

/** Who has the conversation, and giving it to somebody else. */
export function AssignMenu({ conversation, opened, onChange }: ChooserProps) {
  const { t } = useTranslation(["conversation", "inbox", "shell"]);
  const { user } = useMe();
  const change = useEdit();
  const { assigned_to: owner } = conversation;
  const [begun] = useBegun(conversation, opened);
  const team = useTeam();
  const online = new Set(useTeamPresence().filter(({ availability }) => availability === "online").map((colleague) => colleague.id));
  const give = (to: Schemas["Person"] | null) => () => void change({ begun, field: "assigned_to", value: to });
  const others = team.filter((member) => member.id !== user.id);
  return (
    <Menu opened={opened} onChange={onChange} width={230} position="bottom-end">
      <Menu.Target>
        <Button variant="subtle" color="gray" className={style.owner ?? ""} aria-keyshortcuts="a" aria-label={owner ? owner.name : t("assign")} title={owner ? owner.name : t("assign")} leftSection={owner ? <Avatar name={owner.name} size={20} /> : <Icon of={UserPlus} size={15} />}>
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

/** How urgent it is. */
export function PriorityMenu({ conversation, opened, onChange }: ChooserProps) {
  const { t } = useTranslation(["conversation", "inbox", "shell"]);
  const change = useEdit();
  const { priority } = conversation;
  const [begun, setBegun] = useBegun(conversation, opened);
  const choose = (value: typeof priority): void => {
    // The menu stays open: what one chooses next is chosen over this, or over what one was told of instead.
    void change({ begun, field: "priority", value }, (now) => (setBegun(now), false));
    setBegun({ ...begun, priority: value });
  };
  return (
    <Menu opened={opened} onChange={onChange} width={170} position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label={t("priorityIs", { priority: t(`inbox:priority_${priority}`) })} title={t("priority")} aria-keyshortcuts="p" data-priority={priority} className={style.priority ?? ""}>
          <Icon of={Signal} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup value={priority} onChange={(value) => choose(value as typeof priority)}>
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
