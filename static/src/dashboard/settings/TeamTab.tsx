import { ActionIcon, Button, Group, Menu, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, type Schemas } from "../api/client.js";
import { every } from "../api/every.js";
import { keys } from "../api/keys.js";
import { useMe } from "../session/me.js";
import { blame, useAct, useOnce } from "../ui/act.js";
import { Dialog, DialogForm } from "../ui/Dialog.js";
import { Avatar } from "../ui/Avatar.js";
import { Chip } from "../ui/Chip.js";
import { ConfirmDialog } from "../ui/ConfirmDialog.js";
import { CopyField } from "../ui/CopyField.js";
import { dateTime } from "../ui/time.js";
import { Icon } from "../ui/Icon.js";
import { Ellipsis, UserPlus } from "../ui/icons.js";
import { Loaded } from "../ui/Loaded.js";
import parts from "../ui/parts.module.css";
import { Row, Rows } from "../ui/Rows.js";
import { TabHead } from "../ui/TabHead.js";
import { Invited } from "./Invited.js";

type User = Schemas["User"];
const roles = ["owner", "admin", "agent"] as const;

/** Who works here, and as what. */
export function TeamTab() {
  const { t } = useTranslation("settings");
  const [inviting, setInviting] = useState(false);
  const query = useQuery({ queryKey: [...keys.users, "all"], queryFn: ({ signal }) => every((query) => answer(api.GET("/users", { params: { query }, signal }))) });
  const pending = useQuery({ queryKey: keys.invitations, queryFn: ({ signal }) => every((query) => answer(api.GET("/auth/invitations", { params: { query }, signal }))) });
  const invitations = pending.data?.data ?? [];
  // Who has not come yet stands below, and not here as well.
  const here = ({ id }: User): boolean => !invitations.some(({ user }) => user.id === id);
  return (
    <>
      <TabHead
        title={t("team")}
        hint={t("teamHint")}
        actions={
          <Button leftSection={<Icon of={UserPlus} />} onClick={() => setInviting(true)}>
            {t("invite")}
          </Button>
        }
      />
      <Loaded query={query}>
        {({ data }) => (
          <Rows label={t("team")}>
            {data.filter(here).map((user) => (
              <Member key={user.id} user={user} />
            ))}
          </Rows>
        )}
      </Loaded>
      {invitations.length > 0 ? <Invited invitations={invitations} /> : null}
      <Invite opened={inviting} onClose={() => setInviting(false)} />
    </>
  );
}

function Member({ user }: { user: User }) {
  const { t } = useTranslation("settings");
  const me = useMe();
  const [asking, setAsking] = useState(false);
  const change = useAct((body: Schemas["UserChange"]) => answer(api.PATCH("/users/{id}", { params: { path: { id: user.id } }, body })), { stale: [keys.users, keys.me] });
  const mayChange = me.user.id !== user.id && (me.user.role === "owner" || user.role !== "owner");
  const offered = roles.filter((role) => role !== user.role && (me.user.role === "owner" || role !== "owner"));
  return (
    <Row
      lead={<Avatar name={user.name} size={32} online={user.availability === "online"} />}
      title={
        <>
          <bdi>{user.name}</bdi>
          {me.user.id === user.id ? <Chip>{t("you")}</Chip> : null}
          {user.disabled ? <Chip tone="alarm">{t("disabled")}</Chip> : null}
        </>
      }
      sub={
        <bdi className={parts.address} title={user.email}>
          {user.email}
        </bdi>
      }
    >
      <Chip tone={user.role === "agent" ? "quiet" : "accent"}>{t(user.role)}</Chip>
      {mayChange ? (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon aria-label={t("changeMember", { name: user.name })}>
              <Icon of={Ellipsis} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {offered.map((role) => (
              <Menu.Item key={role} onClick={() => change.mutate({ role })}>
                {t("makeRole", { role: t(role) })}
              </Menu.Item>
            ))}
            <Menu.Divider />
            <Menu.Item color={user.disabled ? undefined : "red"} onClick={() => (user.disabled ? change.mutate({ disabled: false }) : setAsking(true))}>
              {user.disabled ? t("enable") : t("disable")}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      ) : null}
      <ConfirmDialog opened={asking} onClose={() => setAsking(false)} title={t("disableTitle", { name: user.name })} confirm={t("disable")} act={() => change.mutateAsync({ disabled: true })}>
        {t("disableHint")}
      </ConfirmDialog>
    </Row>
  );
}

function Invite({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation("settings");
  return (
    <Dialog opened={opened} onClose={onClose} title={t("invite")}>
      <InviteForm onClose={onClose} />
    </Dialog>
  );
}

function InviteForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("settings");
  const { t: shell } = useTranslation();
  const me = useMe();
  const [given, setGiven] = useState<{ name: string; email: string; role: User["role"] }>({ name: "", email: "", role: "agent" });
  const once = useOnce(given);
  const invite = useAct(() => answer(api.POST("/auth/invitations", { body: given, headers: { "Idempotency-Key": once } })), { stale: [keys.users, keys.invitations] });
  if (invite.data) {
    return (
      <div className={parts.stack} role="status">
        <p>{invite.data.accept_url ? t("invitedLink", { name: given.name, when: dateTime(invite.data.expires_at) }) : t("invited", { name: given.name })}</p>
        {invite.data.accept_url ? <CopyField label={t("invitationLink")} value={invite.data.accept_url} /> : null}
        <Group justify="flex-end">
          <Button onClick={onClose}>{shell("close")}</Button>
        </Group>
      </div>
    );
  }
  return (
    <DialogForm act={invite} word={t("sendInvitation")} ready={given.name.trim() !== "" && given.email.trim() !== ""} onClose={onClose}>
      <TextInput label={t("name")} value={given.name} error={blame(invite.error, "name")} data-autofocus onChange={(event) => setGiven({ ...given, name: event.currentTarget.value })} />
      <TextInput label={t("email")} type="email" dir="ltr" value={given.email} error={blame(invite.error, "email")} onChange={(event) => setGiven({ ...given, email: event.currentTarget.value })} />
      <Select
        label={t("role")}
        description={t(`${given.role}Hint` as "agentHint")}
        data={roles.filter((role) => me.user.role === "owner" || role !== "owner").map((value) => ({ value, label: t(value) }))}
        value={given.role}
        allowDeselect={false}
        onChange={(role) => setGiven({ ...given, role: roles.find((one) => one === role) ?? "agent" })}
      />
    </DialogForm>
  );
}
