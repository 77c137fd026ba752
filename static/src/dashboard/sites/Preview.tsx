import { useTranslation } from "react-i18next";
import { Icon } from "../ui/Icon.js";
import { ArrowUp, MessageCircle, X } from "../ui/icons.js";
import { inkOn, type Site } from "./site.js";
import style from "./sites.module.css";

/** The widget as it will be, drawn out of what stands in the form. */
export function Preview({ site }: { site: Site }) {
  const { t } = useTranslation("sites");
  const color = { ["--site" as string]: site.theme.color, ["--site-ink" as string]: inkOn(site.theme.color) };
  return (
    <aside className={style.preview} aria-label={t("preview")}>
      <p className={style.previewLabel}>{t("preview")}</p>
      <div className={style.page} style={color} aria-hidden="true">
        <div className={style.widget}>
          <div className={style.widgetHead}>
            <strong dir="auto">{site.name || "—"}</strong>
            <Icon of={X} size={14} />
          </div>
          <div className={style.widgetBody}>
            <p className={style.theirs} dir="auto">
              {site.greeting || "…"}
            </p>
            {site.prechat.fields.map(({ name, label, required }, at) => (
              <span key={`${name}${at}`} className={style.widgetField} dir="auto">
                {label}
                {required ? " *" : ""}
              </span>
            ))}
            <p className={style.mine}>{t("sample")}</p>
            {site.auto_reply ? (
              <p className={style.theirs} dir="auto">
                {site.auto_reply}
              </p>
            ) : null}
          </div>
          <div className={style.widgetFoot}>
            <span>{t("sampleHint")}</span>
            <span className={style.sendDot}>
              <Icon of={ArrowUp} size={13} />
            </span>
          </div>
        </div>
        <span className={style.launcher} data-position={site.theme.position}>
          <Icon of={MessageCircle} size={22} />
        </span>
      </div>
    </aside>
  );
}
