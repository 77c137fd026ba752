import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "../session/me.js";
import { Icon } from "../ui/Icon.js";
import { Archive, CircleCheck, MessageCircle, RotateCcw, Tag, UserPlus, X } from "../ui/icons.js";
import { acts, useActs } from "./acts.js";
import style from "./list.module.css";
import type { Selection } from "./selection.js";
import { useLabels, useTeam } from "./team.js";

/** What to do with everything that is ticked. */
export function BulkBar({ selection }: { selection: Selection }) {
  const { t } = useTranslation("inbox");
  const { runAll } = useActs();
  const { user } = useMe();
  const team = useTeam();
  const labels = useLabels();
  /** The bar goes with the last tick, and the focus that was in it would go with the bar. */
  const leave = (): void => {
    selection.clear();
    document.getElementById("conversations")?.focus({ preventScroll: true });
  };
  const all = (make: Parameters<typeof runAll>[1]) => (): void => {
    void runAll(selection.ids, make);
    leave();
  };
  return (
    <div className={style.bulk} role="toolbar" aria-label={t("selected", { count: selection.size })}>
      <span className={style.bulkCount} role="status">
        {t("selected", { count: selection.size })}
      </span>
      <Choice label={t("assign")} icon={<Icon of={UserPlus} />}>
        <Menu.Item onClick={all((id) => acts.assign(id, { id: user.id, name: user.name }))}>{t("toMe")}</Menu.Item>
        <Menu.Item onClick={all((id) => acts.assign(id, null))}>{t("toNobody")}</Menu.Item>
        <Menu.Divider />
        {team.map(({ id: to, name }) => (
          <Menu.Item key={to} onClick={all((id) => acts.assign(id, { id: to, name }))}>
            <bdi>{name}</bdi>
          </Menu.Item>
        ))}
      </Choice>
      <Choice label={t("addLabel")} icon={<Icon of={Tag} />}>
        {labels.length === 0 ? <Menu.Label>{t("noLabels")}</Menu.Label> : null}
        {labels.map(({ id: label, name }) => (
          <Menu.Item key={label} onClick={all((id) => acts.label(id, [name], "add"))}>
            <bdi>{name}</bdi>
          </Menu.Item>
        ))}
      </Choice>
      <Do label={t("markRead")} icon={<Icon of={MessageCircle} />} act={all((id) => acts.read(id))} />
      <Do label={t("resolve")} icon={<Icon of={CircleCheck} />} act={all((id) => acts.resolve(id, { resolution_reason: "issue_resolved" }))} />
      <Do label={t("reopen")} icon={<Icon of={RotateCcw} />} act={all((id) => acts.reopen(id))} />
      <Do label={t("archive")} icon={<Icon of={Archive} />} act={all((id) => acts.archive(id))} />
      <Do label={t("clearSelection")} icon={<Icon of={X} />} act={leave} />
    </div>
  );
}

const Do = ({ label, icon, act }: { label: string; icon: ReactNode; act: () => void }) => (
  <Tooltip label={label}>
    <ActionIcon aria-label={label} onClick={act}>
      {icon}
    </ActionIcon>
  </Tooltip>
);

const Choice = ({ label, icon, children }: { label: string; icon: ReactNode; children: ReactNode }) => (
  <Menu position="top">
    <Menu.Target>
      <ActionIcon aria-label={label} title={label}>
        {icon}
      </ActionIcon>
    </Menu.Target>
    <Menu.Dropdown mah={320} style={{ overflow: "auto" }}>
      {children}
    </Menu.Dropdown>
  </Menu>
);
