import { useTranslation } from "react-i18next";
import { Page } from "../ui/Page.js";

/** The first page of this area. */
export function ReportsPage() {
  const { t } = useTranslation("reports");
  return <Page title={t("title")}>{null}</Page>;
}
