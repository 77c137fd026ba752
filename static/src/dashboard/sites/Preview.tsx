import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Framed, frameOf } from "../../configurator/framed.js";
import { inkOn, type Wish } from "../../shared/bridge.js";
import { Icon } from "../ui/Icon.js";
import { ChevronDown, MessageCircle } from "../ui/icons.js";
import type { Site } from "./site.js";
import style from "./sites.module.css";

/** What the widget is told of a form that is not saved. */
export const wishOf = ({ locale, theme, greeting }: Pick<Site, "locale" | "theme" | "greeting">): Wish => ({
  locale,
  pinned: locale !== "",
  color: theme.color,
  theme: { color: theme.color, ...(greeting.trim() ? { greeting: greeting.trim() } : {}) },
});

/** The true widget of the site, as it will look with what stands in the form. */
export function Preview({ saved, site }: { saved: Site; site: Site }) {
  const { t } = useTranslation("sites");
  // On a phone it would stand between the reader and the form.
  const [open, setOpen] = useState(() => window.matchMedia("(min-width: 1021px)").matches);
  const [framed] = useState(() => new Framed(() => setOpen(false)));
  const frame = useRef<HTMLIFrameElement>(null);
  const wish = wishOf(site);
  const told = JSON.stringify(wish);
  useEffect(() => framed.wish(JSON.parse(told) as Wish), [framed, told]);
  useEffect(() => () => framed.leave(), [framed]);
  const color = { ["--site" as string]: site.theme.color, ["--site-ink" as string]: inkOn(site.theme.color) };
  return (
    <aside className={style.preview} aria-label={t("preview")}>
      <p className={style.previewLabel}>{t("preview")}</p>
      <div className={style.stage} data-open={open} style={color} data-position={site.theme.position}>
        {/* What the widget asks the server for is what is saved: a saved form is another document. */}
        <iframe key={saved.updated_at} ref={frame} className={style.frame} hidden={!open} title={t("previewFrame")} src={frameOf(saved.site_key)} onLoad={() => framed.greet(frame.current, wish)} />
        <button type="button" className={style.launcher} aria-expanded={open} aria-label={t(open ? "previewClose" : "previewOpen")} onClick={() => setOpen(!open)}>
          <Icon of={open ? ChevronDown : MessageCircle} size={22} />
        </button>
      </div>
      <p className={style.previewHint}>{t("previewHint")}</p>
    </aside>
  );
}
