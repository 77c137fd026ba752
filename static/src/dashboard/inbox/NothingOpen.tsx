import { useTranslation } from "react-i18next";
import { EmptyState } from "../ui/EmptyState.js";
import { MessagesSquare } from "../ui/icons.js";

/** What stands beside the list while no conversation is open. */
export function NothingOpen() {
  const { t } = useTranslation("inbox");
  return (
    <main id="content" tabIndex={-1} style={{ height: "100%", outline: "none" }}>
      <EmptyState icon={MessagesSquare} title={t("nothingOpen")} hint={t("nothingOpenHint")} />
    </main>
  );
}
