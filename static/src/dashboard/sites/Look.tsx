import { SegmentedControl, Select, Textarea, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { languages } from "../i18n/areas.js";
import { blame } from "../ui/act.js";
import type { Draft } from "../ui/draft.js";
import { FormSection } from "../ui/FormSection.js";
import { freely } from "../ui/freely.js";
import type { Site } from "./site.js";
import style from "./sites.module.css";

/** A part of a site's form. */
export interface SiteFields {
  draft: Draft<Site>;
  error: unknown;
}

/** Colours to choose from at once: white is read on each of them. */
export const colors = ["#0a6a57", "#2563eb", "#6d4aff", "#c2255c", "#c2410c", "#1f2937"];

/** Name, colour, place, words. */
export function Look({ draft: { value, set }, error }: SiteFields) {
  const { t } = useTranslation("sites");
  return (
    <FormSection title={t("look")} hint={t("lookHint")}>
      <TextInput label={t("siteName")} {...freely} value={value.name} maxLength={255} error={blame(error, "name")} onChange={(event) => set({ name: event.currentTarget.value })} />
      <fieldset className={style.colors}>
        <legend>{t("color")}</legend>
        {colors.map((color) => (
          <button key={color} type="button" aria-label={color} aria-pressed={value.theme.color === color} style={{ background: color }} onClick={() => set({ theme: { ...value.theme, color } })} />
        ))}
        <input type="color" aria-label={t("otherColor")} value={value.theme.color} onChange={(event) => set({ theme: { ...value.theme, color: event.currentTarget.value } })} />
      </fieldset>
      <div>
        <span className={style.label} id="position">
          {t("position")}
        </span>
        <SegmentedControl aria-labelledby="position" value={value.theme.position} data={(["left", "right"] as const).map((one) => ({ value: one, label: t(one) }))} onChange={(position) => set({ theme: { ...value.theme, position: position === "left" ? "left" : "right" } })} />
      </div>
      <Select label={t("locale")} data={[{ value: "", label: t("localeAuto") }, ...languages.map(({ code, name }) => ({ value: code, label: name })), ...(value.locale && !languages.some(({ code }) => code === value.locale) ? [{ value: value.locale, label: value.locale }] : [])]} value={value.locale} allowDeselect={false} error={blame(error, "locale")} onChange={(locale) => set({ locale: locale ?? "" })} />
      <Textarea label={t("greeting")} {...freely} autosize minRows={2} maxLength={1000} value={value.greeting} error={blame(error, "greeting")} onChange={(event) => set({ greeting: event.currentTarget.value })} />
      <Textarea label={t("autoReply")} description={t("autoReplyHint")} {...freely} autosize minRows={2} maxLength={10_000} value={value.auto_reply ?? ""} error={blame(error, "auto_reply")} onChange={(event) => set({ auto_reply: event.currentTarget.value || null })} />
    </FormSection>
  );
}
