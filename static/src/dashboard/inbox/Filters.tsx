import { ActionIcon, Button, Menu, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { type SyntheticEvent, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../ui/Dialog.js";
import { Icon } from "../ui/Icon.js";
import { Filter, Search, X } from "../ui/icons.js";
import { SubMenu } from "../ui/SubMenu.js";
import { channels, type InboxSearch, narrowed, priorities, sorts } from "./filter.js";
import style from "./list.module.css";
import { saveFilter } from "./saved.js";
import { useLabels, useSites } from "./team.js";

/** Changes what the address says of the list; the open conversation stays open. */
export function useNarrow() {
  const navigate = useNavigate();
  return (change: Partial<InboxSearch>): void => void navigate({ to: ".", search: (now: InboxSearch) => ({ ...now, ...change }), replace: true });
}

/** The field that finds in the list as one types. */
export function FindField({ search }: { search: InboxSearch }) {
  const { t } = useTranslation(["inbox", "shell"]);
  const narrow = useNarrow();
  const [text, setText] = useState(search.q ?? "");
  const settle = useDebouncedCallback((q: string) => narrow({ q: q.trim() || undefined }), 250);
  // The address has it without the space one has just typed before the next word.
  useEffect(() => setText((now) => (now.trim() === (search.q ?? "") ? now : (search.q ?? ""))), [search.q]);
  const change = (q: string): void => {
    setText(q);
    settle(q);
  };
  return (
    <div className={style.find} role="search">
      <Icon of={Search} size={15} />
      <input id="find" type="search" aria-label={t("find")} placeholder={t("find")} value={text} maxLength={200} onChange={(event) => change(event.currentTarget.value)} onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()} />
    </div>
  );
}

/** What narrows the list, each with a way to take it off. */
export function FilterChips({ search }: { search: InboxSearch }) {
  const { t } = useTranslation(["inbox", "shell"]);
  const narrow = useNarrow();
  const sites = useSites();
  const chips = [
    search.channel ? { key: "channel", text: t(`channel_${search.channel}`) } : null,
    search.priority ? { key: "priority", text: t(`priority_${search.priority}`) } : null,
    search.label ? { key: "label", text: search.label } : null,
    search.site ? { key: "site", text: sites.find(({ id }) => id === search.site)?.name ?? t("site") } : null,
  ].filter((chip) => chip !== null);
  if (chips.length === 0) return null;
  return (
    <div className={style.chips}>
      {chips.map(({ key, text }) => (
        <button key={key} type="button" className={style.chip} onClick={() => narrow({ [key]: undefined })} aria-label={t("takeOff", { filter: text })}>
          <bdi>{text}</bdi>
          <Icon of={X} size={13} />
        </button>
      ))}
    </div>
  );
}

/** Channel, priority, label and order; and keeping the whole under a name. */
export function FilterMenu({ search }: { search: InboxSearch }) {
  const { t } = useTranslation(["inbox", "shell"]);
  const narrow = useNarrow();
  const labels = useLabels();
  const sites = useSites();
  const [naming, setNaming] = useState(false);
  return (
    <>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <ActionIcon aria-label={t("filter")} title={t("filter")} data-active={narrowed(search) || undefined}>
            <Icon of={Filter} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Choices title={t("channel")} all={t("everyChannel")} value={search.channel} options={channels.map((value) => ({ value, text: t(`channel_${value}`) }))} choose={(channel) => narrow({ channel })} />
          <Choices title={t("priority")} all={t("everyPriority")} value={search.priority} options={priorities.map((value) => ({ value, text: t(`priority_${value}`) }))} choose={(priority) => narrow({ priority })} />
          <Choices title={t("label")} all={t("everyLabel")} value={search.label} options={labels.map(({ name }) => ({ value: name, text: name }))} choose={(label) => narrow({ label })} />
          {sites.length > 1 ? <Choices title={t("site")} all={t("everySite")} value={search.site} options={sites.map(({ id, name }) => ({ value: id, text: name }))} choose={(site) => narrow({ site })} /> : null}
          <Choices title={t("order")} all={t("sort_last_message_at_desc")} value={search.sort} options={sorts.slice(1).map((value) => ({ value, text: t(`sort_${inWords(value)}`) }))} choose={(sort) => narrow({ sort })} />
          <Menu.Divider />
          <Menu.Item onClick={() => setNaming(true)}>{t("saveFilter")}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <NameDialog opened={naming} onClose={() => setNaming(false)} search={search} />
    </>
  );
}

/** An order as the words call it: a colon would name another area of them. */
const inWords = <By extends string, Way extends string>(order: `${By}:${Way}`) => order.replace(":", "_") as `${By}_${Way}`;

interface ChoicesProps<T extends string> {
  title: string;
  /** What stands for no choice. */
  all: string;
  value: T | undefined;
  options: readonly { value: T; text: string }[];
  choose: (value: T | undefined) => void;
}

function Choices<T extends string>({ title, all, value, options, choose }: ChoicesProps<T>) {
  return (
    <SubMenu label={title}>
      <Menu.RadioGroup value={value ?? ""} onChange={(next) => choose((next || undefined) as T | undefined)}>
        <Menu.RadioItem value="">{all}</Menu.RadioItem>
        {options.map(({ value: option, text }) => (
          <Menu.RadioItem key={option} value={option}>
            <bdi>{text}</bdi>
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
    </SubMenu>
  );
}

function NameDialog({ opened, onClose, search }: { opened: boolean; onClose: () => void; search: InboxSearch }) {
  const { t } = useTranslation(["inbox", "shell"]);
  const [name, setName] = useState("");
  const save = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (!name.trim()) return;
    saveFilter(name.trim(), search);
    setName("");
    onClose();
  };
  return (
    <Dialog opened={opened} onClose={onClose} title={t("saveFilter")} size="sm">
      <form onSubmit={save}>
        <TextInput label={t("filterName")} value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus maxLength={60} />
        <Button type="submit" mt="md" fullWidth disabled={!name.trim()}>
          {t("shell:save")}
        </Button>
      </form>
    </Dialog>
  );
}
