import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client.js";
import { keys } from "../api/keys.js";
import { useAct } from "../ui/act.js";
import { ConfirmDialog } from "../ui/ConfirmDialog.js";
import { FormSection } from "../ui/FormSection.js";
import type { Site } from "./site.js";

/** Takes a site away on which nothing was ever said. */
export function RemoveSite({ site }: { site: Site }) {
  const { t } = useTranslation("sites");
  const { t: shell } = useTranslation();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const remove = useAct(() => api.DELETE("/sites/{id}", { params: { path: { id: site.id } } }), { stale: [keys.sites], then: () => navigate({ to: "/settings/sites", ignoreBlocker: true }) });
  return (
    <FormSection title={t("deleteSite")} hint={t("deleteSiteHint")}>
      <div>
        <Button variant="light" color="red" onClick={() => setAsking(true)}>
          {t("deleteSite")}
        </Button>
      </div>
      <ConfirmDialog opened={asking} onClose={() => setAsking(false)} title={t("deleteSite")} confirm={shell("remove")} act={() => remove.mutateAsync(undefined)}>
        {t("deleteSiteHint")}
      </ConfirmDialog>
    </FormSection>
  );
}
