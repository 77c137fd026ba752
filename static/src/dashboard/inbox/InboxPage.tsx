import { useTranslation } from "react-i18next";
import { Page } from "../ui/Page.js";

/** The desk: list, conversation, panel. */
export function InboxPage() {
  const { t } = useTranslation("inbox");
  return <Page title={t("title")}>{null}</Page>;
}
