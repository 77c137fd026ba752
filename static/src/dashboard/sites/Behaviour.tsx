import { NumberInput, Select, Switch, TagsInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { assistantsQuery, siteIdOf } from "../assistants/assistant.js";
import { blame } from "../ui/act.js";
import { FormSection } from "../ui/FormSection.js";
import type { SiteFields } from "./Look.js";

/** Who answers, who may ask from where, and what happens afterwards. */
export function Behaviour({ draft: { value, set }, error }: SiteFields) {
  const { t } = useTranslation("sites");
  const { data: assistants = [] } = useQuery(assistantsQuery);
  return (
    <FormSection title={t("behaviour")} hint={t("behaviourHint")}>
      <Select
        label={t("assistant")}
        description={t("assistantHint")}
        data={[{ value: "", label: t("people") }, ...assistants.filter(({ publishedAt }) => publishedAt).map(({ id, name }) => ({ value: siteIdOf(id), label: name }))]}
        value={value.assistant ?? ""}
        allowDeselect={false}
        error={blame(error, "assistant")}
        onChange={(assistant) => set({ assistant: assistant || null })}
      />
      <TagsInput label={t("origins")} description={t("originsHint")} placeholder="https://www.example.com" value={[...value.allowed_origins]} error={blame(error, "allowed_origins")} onChange={(origins) => set({ allowed_origins: origins })} />
      <Switch label={t("survey")} description={t("surveyHint")} checked={value.survey} onChange={(event) => set({ survey: event.currentTarget.checked })} />
      <NumberInput label={t("noticeMinutes")} description={t("noticeMinutesHint")} min={0} max={1440} allowDecimal={false} clampBehavior="strict" w={220} value={value.notice_minutes} error={blame(error, "notice_minutes")} onChange={(minutes) => set({ notice_minutes: Number(minutes) || 0 })} />
    </FormSection>
  );
}
