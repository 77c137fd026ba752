import { Button, Group, Modal, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type SyntheticEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "../api/client.js";
import { keys } from "../api/keys.js";
import { blame, useAct } from "../ui/act.js";
import { Chip } from "../ui/Chip.js";
import { EmptyState } from "../ui/EmptyState.js";
import { Icon } from "../ui/Icon.js";
import { Globe, Plus } from "../ui/icons.js";
import { Loaded } from "../ui/Loaded.js";
import parts from "../ui/parts.module.css";
import { Row, Rows } from "../ui/Rows.js";
import { SecretDialog } from "../ui/SecretDialog.js";
import { TabHead } from "../ui/TabHead.js";
import { sitesQuery } from "./site.js";
import style from "./sites.module.css";

/** The sites on which the widget stands. */
export function SitesTab() {
  const { t } = useTranslation("sites");
  const { t: shell } = useTranslation();
  const [creating, setCreating] = useState(false);
  const query = useQuery(sitesQuery);
  const add = (
    <Button leftSection={<Icon of={Plus} />} onClick={() => setCreating(true)}>
      {t("newSite")}
    </Button>
  );
  return (
    <>
      <TabHead title={t("title")} hint={t("hint")} actions={add} />
      <Loaded query={query}>
        {({ data }) =>
          data.length > 0 ? (
            <Rows label={t("title")}>
              {data.map((site) => (
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
              ))}
            </Rows>
          ) : (
            <EmptyState icon={Globe} title={t("noSites")} hint={t("hint")} />
          )
        }
      </Loaded>
      <Modal opened={creating} onClose={() => setCreating(false)} title={t("newSite")} closeButtonProps={{ "aria-label": shell("close") }}>
        <NewSite onClose={() => setCreating(false)} />
      </Modal>
    </>
  );
}

function NewSite({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("sites");
  const { t: shell } = useTranslation();
  const { t: ui } = useTranslation("ui");
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const create = useAct(() => answer(api.POST("/sites", { body: { name: name.trim() } })), { stale: [keys.sites] });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    create.mutate(undefined);
  };
  const { data: made } = create;
  return (
    <form onSubmit={submit} className={parts.stack}>
      <TextInput label={t("siteName")} description={t("siteNameHint")} maxLength={255} value={name} error={blame(create.error, "name")} data-autofocus onChange={(event) => setName(event.currentTarget.value)} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {shell("cancel")}
        </Button>
        <Button type="submit" loading={create.isPending} disabled={!name.trim()}>
          {ui("create")}
        </Button>
      </Group>
      <SecretDialog title={t("identitySecret")} label={t("identitySecret")} secret={made?.identity_secret ?? null} onClose={() => (made ? void navigate({ to: "/settings/sites/$id", params: { id: made.id } }) : undefined)}>
        <p className={parts.faint}>{t("identityHint")}</p>
      </SecretDialog>
    </form>
  );
}
