import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, type Schemas } from "../api/client.js";
import { keys } from "../api/keys.js";
import { useMe } from "../session/me.js";
import { useAct } from "../ui/act.js";
import { Avatar } from "../ui/Avatar.js";
import { Chip } from "../ui/Chip.js";
import { ConfirmDialog } from "../ui/ConfirmDialog.js";
import { CopyField } from "../ui/CopyField.js";
import parts from "../ui/parts.module.css";
import { Row, Rows } from "../ui/Rows.js";
import { ago, dateTime } from "../ui/time.js";
import style from "./settings.module.css";

type Invitation = Schemas["PendingInvitation"];

/** Who was invited and has not come: to be reminded, or not wanted any more. */
export function Invited({ invitations }: { invitations: readonly Invitation[] }) {
  const { t } = useTranslation("settings");
  return (
    <section className={style.invited} aria-labelledby="invited">
      <h3 id="invited" className={parts.cardTitle}>
        {t("pending")}
      </h3>
      <p className={parts.faint}>{t("pendingHint")}</p>
      <Rows label={t("pending")}>
        {invitations.map((one) => (
          <Pending key={one.user.id} invitation={one} />
        ))}
      </Rows>
    </section>
  );
}

function Pending({ invitation: { user, sent_at: sent, expires_at: until } }: { invitation: Invitation }) {
  const { t } = useTranslation("settings");
  const me = useMe();
  const [asking, setAsking] = useState(false);
  const path = { params: { path: { id: user.id } } };
  const again = useAct(() => answer(api.POST("/auth/invitations/{id}", path)), { says: t("sentAgain", { name: user.name }), stale: [keys.invitations] });
  const back = useAct(() => api.DELETE("/auth/invitations/{id}", path), { stale: [keys.invitations, keys.users] });
  const over = Date.parse(until) < Date.now();
  const link = again.data?.accept_url;
  return (
    <Row
      lead={<Avatar name={user.name} size={32} />}
      title={
        <>
          <bdi>{user.name}</bdi>
          <Chip tone={user.role === "agent" ? "quiet" : "accent"}>{t(user.role)}</Chip>
          {over ? <Chip tone="warn">{t("over")}</Chip> : null}
        </>
      }
      sub={
        <>
          <bdi>{user.email}</bdi> · {over ? t("sentWhen", { when: ago(sent) }) : t("sentUntil", { when: ago(sent), until: dateTime(until) })}
          {link ? <CopyField label={t("invitationLink")} value={link} /> : null}
        </>
      }
    >
      {me.user.role === "owner" || user.role !== "owner" ? (
        <>
          <Button variant="default" loading={again.isPending} onClick={() => again.mutate(undefined)} aria-label={`${t("sendAgain")}: ${user.name}`}>
            {t("sendAgain")}
          </Button>
          <Button variant="subtle" color="red" onClick={() => setAsking(true)} aria-label={`${t("takeBack")}: ${user.name}`}>
            {t("takeBack")}
          </Button>
        </>
      ) : null}
      <ConfirmDialog opened={asking} onClose={() => setAsking(false)} title={t("takeBackTitle", { name: user.name })} confirm={t("takeBack")} act={() => back.mutateAsync(undefined)}>
        {t("takeBackHint", { name: user.name })}
      </ConfirmDialog>
    </Row>
  );
}
