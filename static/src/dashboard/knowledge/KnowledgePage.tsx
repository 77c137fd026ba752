import { useTranslation } from "react-i18next";
import { Page } from "../ui/Page.js";

/** The first page of this area. */
export function KnowledgePage() {
  const { t } = useTranslation("knowledge");
  return <Page title={t("title")}>{null}</Page>;
}
