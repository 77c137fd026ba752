import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { answer, api } from "../api/client.js";
import { keys } from "../api/keys.js";
import { Icon } from "../ui/Icon.js";
import { Sparkles } from "../ui/icons.js";
import style from "./guide.module.css";

/** Leads to the guide for as long as nobody has ever written. */
export function GuideLink() {
  const { t } = useTranslation("guide");
  const { data } = useQuery({
    queryKey: keys.conversationCount({ status: "all" }),
    queryFn: async ({ signal }) => (await answer(api.GET("/conversations", { params: { query: { status: "all", limit: 1 } }, signal }))).pagination.total,
  });
  if (data !== 0) return null;
  return (
    <Link to="/welcome" className={style.link ?? ""}>
      <Icon of={Sparkles} size={15} />
      {t("getStarted")}
    </Link>
  );
}
