import { TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "../api/client.js";
import { keys } from "../api/keys.js";
import { blame, useAct } from "../ui/act.js";
import { DialogForm } from "../ui/Dialog.js";
import { Chip } from "../ui/Chip.js";
import { Globe } from "../ui/icons.js";
import { ListTab } from "../ui/ListTab.js";
import parts from "../ui/parts.module.css";
import { Row } from "../ui/Rows.js";
import { SecretDialog } from "../ui/SecretDialog.js";
import { sitesQuery } from "./site.js";
import style from "./sites.module.css";

/** The sites on which the widget stands. */
export function SitesTab() {
  const { t } = useTranslation("sites");
  const query = useQuery(sitesQuery);
  return (
    <ListTab query={query} title={t("title")} hint={t("hint")} icon={Globe} none={t("noSites")} create={{ word: t("newSite"), form: (close) => <NewSite onClose={close} /> }}>
      {(site) => (
        <Row
          key={site.id}
          lead={<span className={style.dot} style={{ background: site.theme.color }} />}
          title={
            <Link to="/settings/sites/$id" params={{ id: site.id }}>
              <bdi>{site.name}</bdi>
            </Link>
          }
          sub={site.allowed_origins.length > 0 ? site.allowed_origins.join(", ") : t("everywhere")}
        >
          {site.assistant ? <Chip tone="accent">{t("assistant")}</Chip> : null}
          {site.office_hours.enabled ? <Chip>{t("hours")}</Chip> : null}
        </Row>
      )}
    </ListTab>
  );
}

function NewSite({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("sites");
  const { t: ui } = useTranslation("ui");
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const create = useAct(() => answer(api.POST("/sites", { body: { name: name.trim() } })), { stale: [keys.sites] });
  const { data: made } = create;
  return (
    <DialogForm act={create} word={ui("create")} ready={name.trim() !== ""} onClose={onClose}>
      <TextInput label={t("siteName")} description={t("siteNameHint")} maxLength={255} value={name} error={blame(create.error, "name")} data-autofocus onChange={(event) => setName(event.currentTarget.value)} />
      <SecretDialog title={t("identitySecret")} label={t("identitySecret")} secret={made?.identity_secret ?? null} onClose={() => (made ? void navigate({ to: "/settings/sites/$id", params: { id: made.id } }) : undefined)}>
        <p className={parts.faint}>{t("identityHint")}</p>
      </SecretDialog>
    </DialogForm>
  );
}
