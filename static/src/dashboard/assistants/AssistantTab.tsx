import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../ui/act.js";
import { Chip } from "../ui/Chip.js";
import { ConfirmDialog } from "../ui/ConfirmDialog.js";
import { CopyField } from "../ui/CopyField.js";
import { type Draft, useDraft } from "../ui/draft.js";
import { FormSection } from "../ui/FormSection.js";
import { Loaded } from "../ui/Loaded.js";
import { SaveBar } from "../ui/SaveBar.js";
import { TabHead } from "../ui/TabHead.js";
import { ask, type Assistant, assistantKeys, assistantQuery } from "./assistant.js";
import { toneOf } from "./AssistantsTab.js";
import style from "./assistants.module.css";
import { ModelFields, PromptFields, ServerFields, SkillFields } from "./AssistantFields.js";
import { TryOut } from "./TryOut.js";

/** One assistant: its draft, what is published of it, and a place to try it. */
export function AssistantTab() {
  const { id } = useParams({ from: "/desk/settings/assistants/$id" });
  const query = useQuery(assistantQuery(id));
  return <Loaded query={query}>{(assistant) => <Body key={assistant.id} assistant={assistant} />}</Loaded>;
}

function Body({ assistant }: { assistant: Assistant }) {
  const { t } = useTranslation("assistants");
  const draft = useDraft<Assistant>(assistant);
  const address = `/assistants/${encodeURIComponent(assistant.id)}`;
  const stale = [assistantKeys.all];
  const save = useAct((changes: Partial<Assistant>) => ask<Assistant>("PATCH", address, changes), { says: t("draftSaved"), stale, reset: draft.settle });
  const publish = useAct(() => ask<Assistant>("POST", `${address}/publish`, {}), { says: t("publishedNow"), stale });
  const button = (
    <Button disabled={draft.dirty || assistant.status === "published"} loading={publish.isPending} onClick={() => publish.mutate(undefined)}>
      {t("publish")}
    </Button>
  );
  return (
    <>
      <TabHead
        title={assistant.name}
        back={{ to: "/settings/assistants", label: t("title") }}
        actions={
          <>
            <Chip tone={toneOf[assistant.status]}>{t(assistant.status)}</Chip>
            {button}
          </>
        }
      />
      <div className={style.columns}>
        <div>
          <Fields draft={draft} error={save.error} />
          <Remove assistant={assistant} />
          <SaveBar dirty={draft.dirty} busy={save.isPending} label={t("saveDraft")} onSave={() => save.mutate(draft.changes)} onReset={draft.reset} />
        </div>
        <TryOut assistant={assistant} unsaved={draft.dirty} />
      </div>
    </>
  );
}

function Fields({ draft, error }: { draft: Draft<Assistant>; error: unknown }) {
  const { t } = useTranslation("assistants");
  return (
    <>
      <PromptFields draft={draft} error={error} />
      <SkillFields draft={draft} error={error} />
      <ModelFields draft={draft} error={error} />
      <ServerFields draft={draft} error={error} />
      <FormSection title={t("use")} hint={t("useHint")}>
        <CopyField label={t("assistantId")} value={draft.value.id} />
        <CopyField label={t("openaiBase")} hint={t("openaiHint")} value={`${location.origin}/openai/v1`} />
      </FormSection>
    </>
  );
}

function Remove({ assistant }: { assistant: Assistant }) {
  const { t } = useTranslation("assistants");
  const { t: shell } = useTranslation();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const remove = useAct(() => ask("DELETE", `/assistants/${encodeURIComponent(assistant.id)}`), { stale: [["assistants", "all"], assistantKeys.site], then: () => navigate({ to: "/settings/assistants", ignoreBlocker: true }) });
  return (
    <FormSection title={t("deleteAssistant")} hint={t("deleteHint")}>
      <div>
        <Button variant="light" color="red" onClick={() => setAsking(true)}>
          {t("deleteAssistant")}
        </Button>
      </div>
      <ConfirmDialog opened={asking} onClose={() => setAsking(false)} title={t("deleteAssistant")} confirm={shell("remove")} act={() => remove.mutateAsync(undefined)}>
        {t("deleteHint")}
      </ConfirmDialog>
    </FormSection>
  );
}
