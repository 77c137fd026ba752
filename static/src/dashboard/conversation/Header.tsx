import { ActionIcon, Button, Menu, Tooltip } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client.js";
import { acts, useActs } from "../inbox/acts.js";
import type { InboxSearch } from "../inbox/filter.js";
import { channelIcons } from "../inbox/channels.js";
import { useMe } from "../session/me.js";
import { useHotkeys } from "../ui/hotkeys.js";
import { Icon } from "../ui/Icon.js";
import { Archive, ArrowLeft, CircleCheck, Ellipsis, PanelRight, RotateCcw } from "../ui/icons.js";
import { AssignMenu, PriorityMenu } from "./Choosers.js";
import { useEdit } from "./edits.js";
import { LabelBox } from "./LabelBox.js";
import style from "./conversation.module.css";
import { ResolveDialog } from "./ResolveDialog.js";
import { SubjectDialog } from "./SubjectDialog.js";

interface HeaderProps {
  conversation: Schemas["Conversation"];
  contact: string;
  togglePanel: () => void;
  panelOpen: boolean;
}

/** Who it is, and what one does most often to a conversation. */
export function Header({ conversation: c, contact, togglePanel, panelOpen }: HeaderProps) {
  const { t } = useTranslation(["conversation", "inbox", "shell"]);
  const [resolving, setResolving] = useState(false);
  const [naming, setNaming] = useState(false);
  const [menu, setMenu] = useState<"assign" | "label" | "priority" | null>(null);
  const toggle = (name: typeof menu) => (open: boolean) => setMenu(open ? name : null);
  useHeaderKeys(c, { setMenu, setResolving, setNaming, togglePanel });
  return (
    <header className={style.head}>
      <Link to="/inbox" search={(now: InboxSearch) => now} activeOptions={{ exact: true }} className={style.back ?? ""} aria-label={t("backToList")}>
        <Icon of={ArrowLeft} size={18} />
      </Link>
      <div className={style.names}>
        <h2 className={style.name}>
          <bdi title={contact}>{contact}</bdi>
          <span className={style.channel} title={t(`inbox:channel_${c.channel}`)}>
            <Icon of={channelIcons[c.channel]} size={13} />
          </span>
        </h2>
        {c.subject ? (
          <div className={style.subject} title={c.subject}>
            <bdi>{c.subject}</bdi>
          </div>
        ) : null}
      </div>
      <div className={style.acts}>
        <AssignMenu conversation={c} opened={menu === "assign"} onChange={toggle("assign")} />
        <LabelBox conversation={c} opened={menu === "label"} onChange={toggle("label")} />
        <PriorityMenu conversation={c} opened={menu === "priority"} onChange={toggle("priority")} />
        <MoreMenu conversation={c} />
        {c.status === "open" ? (
          <Button variant="default" leftSection={<Icon of={CircleCheck} size={15} />} onClick={() => setResolving(true)} aria-keyshortcuts="e" aria-label={t("resolve")} title={t("resolve")} className={style.resolve ?? ""}>
            <span className={style.resolveWord}>{t("resolve")}</span>
          </Button>
        ) : null}
        <Tooltip label={t("details")}>
          <ActionIcon aria-label={t("details")} aria-pressed={panelOpen} onClick={togglePanel}>
            <Icon of={PanelRight} />
          </ActionIcon>
        </Tooltip>
      </div>
      <ResolveDialog conversation={c} opened={resolving} onClose={() => setResolving(false)} />
      <SubjectDialog conversation={c} opened={naming} onClose={() => setNaming(false)} />
    </header>
  );
}

interface Handles {
  setMenu: (menu: "assign" | "label" | "priority") => void;
  setResolving: (open: boolean) => void;
  setNaming: (open: boolean) => void;
  togglePanel: () => void;
}

function useHeaderKeys(c: Schemas["Conversation"], { setMenu, setResolving, setNaming, togglePanel }: Handles): void {
  const { t } = useTranslation(["conversation", "inbox", "shell"]);
  const { user } = useMe();
  const { run } = useActs();
  const change = useEdit();
  useHotkeys([
    { keys: "a", label: t("assign"), group: "conversation", run: () => setMenu("assign") },
    { keys: "i", label: t("assignToMe"), group: "conversation", run: () => void change({ begun: c, field: "assigned_to", value: { id: user.id, name: user.name } }) },
    { keys: "l", label: t("label"), group: "conversation", run: () => setMenu("label") },
    { keys: "p", label: t("priority"), group: "conversation", run: () => setMenu("priority") },
    { keys: "s", label: t("changeSubject"), group: "conversation", run: () => setNaming(true) },
    { keys: "e", label: c.status === "open" ? t("resolve") : t("reopen"), group: "conversation", run: () => (c.status === "open" ? setResolving(true) : void run(c.id, acts.reopen(c.id))) },
    ...(c.status === "closed" ? [{ keys: "shift+Delete", label: t("archive"), group: "conversation" as const, run: () => void run(c.id, acts.archive(c.id)) }] : []),
    { keys: "d", label: t("details"), group: "conversation", run: togglePanel },
  ]);
}

function MoreMenu({ conversation: { id, status } }: { conversation: Schemas["Conversation"] }) {
  const { t } = useTranslation(["conversation", "inbox", "shell"]);
  const { run } = useActs();
  if (status === "open") return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label={t("shell:more")}>
          <Icon of={Ellipsis} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<Icon of={RotateCcw} size={15} />} onClick={() => void run(id, acts.reopen(id))}>
          {t("reopen")}
        </Menu.Item>
        {status === "closed" ? (
          <Menu.Item leftSection={<Icon of={Archive} size={15} />} onClick={() => void run(id, acts.archive(id))}>
            {t("archive")}
          </Menu.Item>
        ) : null}
      </Menu.Dropdown>
    </Menu>
  );
}
