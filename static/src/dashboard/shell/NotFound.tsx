import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { EmptyState } from "../ui/EmptyState.js";
import { Search } from "../ui/icons.js";
import { useTitle } from "../ui/title.js";

/** What stands at an address where nothing is. */
export function NotFound() {
  const { t } = useTranslation();
  useTitle(t("pageMissing"));
  return (
    <main id="content" tabIndex={-1} style={{ height: "100%", outline: "none" }}>
      <EmptyState icon={Search} title={t("pageMissing")} hint={t("pageMissingHint")}>
        <Button component={Link} to="/inbox">
          {t("toInbox")}
        </Button>
      </EmptyState>
    </main>
  );
}
