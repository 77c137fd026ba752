import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useConversationCounts } from "../inbox/list.js";
import { Icon } from "../ui/Icon.js";
import { Sparkles } from "../ui/icons.js";
import style from "./guide.module.css";

/** Leads to the guide for as long as nobody has ever written. */
export function GuideLink() {
  const { t } = useTranslation("guide");
  const counts = useConversationCounts();
  if (!counts || counts.open + counts.closed + counts.archived > 0) return null;
  return (
    <Link to="/welcome" className={style.link ?? ""}>
      <Icon of={Sparkles} size={15} />
      {t("getStarted")}
    </Link>
  );
}
