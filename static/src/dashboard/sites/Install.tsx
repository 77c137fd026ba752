import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { CopyField } from "../ui/CopyField.js";
import { FormSection } from "../ui/FormSection.js";
import { Icon } from "../ui/Icon.js";
import { ExternalLink } from "../ui/icons.js";
import type { Site } from "./site.js";

/** The address at which the widget of a site can be tried. */
export const demoOf = ({ site_key: key }: Pick<Site, "site_key">): string => `/demo?site_key=${encodeURIComponent(key)}`;

/** How the widget comes onto a page. */
export function Install({ site }: { site: Site }) {
  const { t } = useTranslation("sites");
  return (
    <FormSection title={t("install")} hint={t("installHint")}>
      <CopyField label={t("snippet")} value={site.snippet} />
      <CopyField label={t("siteKey")} hint={t("siteKeyHint")} value={site.site_key} />
      <div>
        <Button component="a" href={demoOf(site)} target="_blank" rel="noreferrer" variant="default" leftSection={<Icon of={ExternalLink} size={15} />}>
          {t("tryIt")}
        </Button>
      </div>
    </FormSection>
  );
}
