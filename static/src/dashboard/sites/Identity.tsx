import { Button, Switch } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "../api/client.js";
import { useAct } from "../ui/act.js";
import { ConfirmDialog } from "../ui/ConfirmDialog.js";
import { FormSection } from "../ui/FormSection.js";
import { SecretDialog } from "../ui/SecretDialog.js";
import type { SiteFields } from "./Look.js";

/** Who a visitor is, proven by the site's own server. */
export function Identity({ draft: { value, set } }: SiteFields) {
  const { t } = useTranslation("sites");
  const [asking, setAsking] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const rotate = useAct(() => answer(api.POST("/sites/{id}/rotate-identity-secret", { params: { path: { id: value.id } } })), { then: (site) => setSecret(site.identity_secret ?? null) });
  return (
    <FormSection title={t("identity")} hint={t("identityHint")}>
      <Switch label={t("identityRequired")} description={t("identityRequiredHint")} checked={value.identity_required} onChange={(event) => set({ identity_required: event.currentTarget.checked })} />
      <div>
        <Button variant="default" onClick={() => setAsking(true)}>
          {t("rotate")}
        </Button>
      </div>
      <ConfirmDialog opened={asking} onClose={() => setAsking(false)} title={t("rotateTitle")} confirm={t("rotate")} act={() => rotate.mutateAsync(undefined)}>
        {t("rotateHint")}
      </ConfirmDialog>
      <SecretDialog title={t("identitySecret")} label={t("identitySecret")} secret={secret} onClose={() => setSecret(null)} />
    </FormSection>
  );
}
