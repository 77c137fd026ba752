import { Checkbox, NumberInput, Switch, Textarea, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { blame } from "../ui/act.js";
import type { Draft } from "../ui/draft.js";
import { FormSection } from "../ui/FormSection.js";
import { freely } from "../ui/freely.js";
import parts from "../ui/parts.module.css";
import { type Assistant, namesIn } from "./assistant.js";
import style from "./assistants.module.css";

interface FieldsProps {
  draft: Draft<Assistant>;
  error: unknown;
}

/** Name, first message and prompt, with the variables that they use. */
export function PromptFields({ draft: { value, set }, error }: FieldsProps) {
  const { t } = useTranslation("assistants");
  const { t: ui } = useTranslation("ui");
  const names = [...new Set([...namesIn(value.systemPrompt + value.firstMessage), ...Object.keys(value.variables)])];
  return (
    <FormSection title={t("prompt")} hint={t("promptHint", { open: "{{" })}>
      <TextInput label={ui("name")} {...freely} value={value.name} maxLength={255} error={blame(error, "name")} onChange={(event) => set({ name: event.currentTarget.value })} />
      <Textarea label={t("firstMessage")} description={t("firstMessageHint")} {...freely} autosize minRows={2} value={value.firstMessage} error={blame(error, "firstMessage")} onChange={(event) => set({ firstMessage: event.currentTarget.value })} />
      <Textarea label={t("systemPrompt")} {...freely} autosize minRows={8} maxRows={24} value={value.systemPrompt} error={blame(error, "systemPrompt")} classNames={{ input: style.prompt ?? "" }} onChange={(event) => set({ systemPrompt: event.currentTarget.value })} />
      {names.length > 0 ? (
        <div className={parts.grid2} role="group" aria-label={t("variables")}>
          {names.map((name) => (
            <TextInput key={name} label={<code dir="ltr">{`{{${name}}}`}</code>} {...freely} value={value.variables[name] ?? ""} onChange={(event) => set({ variables: { ...value.variables, [name]: event.currentTarget.value } })} />
          ))}
        </div>
      ) : null}
    </FormSection>
  );
}

/** Whether it reads the knowledge base and offers a person. */
export function SkillFields({ draft: { value, set } }: FieldsProps) {
  const { t } = useTranslation("assistants");
  return (
    <FormSection title={t("skills")}>
      <Switch label={t("knowledge")} description={t("knowledgeHint")} checked={value.knowledge} onChange={(event) => set({ knowledge: event.currentTarget.checked })} />
      <Switch label={t("handoff")} description={t("handoffHint")} checked={value.handoff} onChange={(event) => set({ handoff: event.currentTarget.checked })} />
    </FormSection>
  );
}

/** The model, where the server has one; what is empty is the server's choice. */
export function ModelFields({ draft: { value, set }, error }: FieldsProps) {
  const { t } = useTranslation("assistants");
  const change = (part: Partial<Assistant["model"]>): void => set({ model: { ...value.model, ...part } });
  return (
    <FormSection title={t("model")} hint={t("modelHint")}>
      <div className={parts.grid2}>
        <TextInput label={t("modelName")} placeholder={t("serversChoice")} dir="ltr" value={value.model.model ?? ""} error={blame(error, "model")} onChange={(event) => change({ model: event.currentTarget.value || null })} />
        <NumberInput label={t("temperature")} placeholder={t("serversChoice")} min={0} max={2} step={0.1} decimalScale={2} value={value.model.temperature ?? ""} onChange={(one) => change({ temperature: one === "" ? null : Number(one) })} />
        <NumberInput label={t("maxTokens")} placeholder={t("serversChoice")} min={1} allowDecimal={false} value={value.model.maxTokens ?? ""} onChange={(one) => change({ maxTokens: one === "" ? null : Number(one) })} />
      </div>
    </FormSection>
  );
}

const events = ["chat.created", "chat.deleted"] as const;

/** The server that is told of chats. */
export function ServerFields({ draft: { value, set }, error }: FieldsProps) {
  const { t } = useTranslation("assistants");
  const server = value.server ?? { url: "", events: [...events] };
  const put = (part: Partial<typeof server>): void => {
    const next = { ...server, ...part };
    set({ server: next.url.trim() ? next : null });
  };
  return (
    <FormSection title={t("server")} hint={t("serverHint")}>
      <TextInput label={t("serverUrl")} type="url" dir="ltr" placeholder="https://example.com/chats" value={value.server?.url ?? ""} error={blame(error, "server")} onChange={(event) => put({ url: event.currentTarget.value })} />
      {value.server ? (
        <Checkbox.Group label={t("serverEvents")} value={[...server.events]} onChange={(chosen) => put({ events: chosen })}>
          <div className={style.events}>
            {events.map((event) => (
              <Checkbox key={event} value={event} label={<code>{event}</code>} />
            ))}
          </div>
        </Checkbox.Group>
      ) : null}
    </FormSection>
  );
}
