import { Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "../session/me.js";
import { blame, useAct } from "../ui/act.js";
import { DialogForm } from "../ui/Dialog.js";
import { Chip } from "../ui/Chip.js";
import { ago } from "../ui/time.js";
import { Icon } from "../ui/Icon.js";
import { Bot } from "../ui/icons.js";
import { ListTab } from "../ui/ListTab.js";
import parts from "../ui/parts.module.css";
import { Row } from "../ui/Rows.js";
import { ask, type Assistant, assistantKeys, assistantsQuery } from "./assistant.js";
import { type Template, templates } from "./templates.js";

/** How the states of an assistant look. */
export const toneOf = { draft: "warn", published: "good", changed: "accent" } as const;

/** The assistants that answer before people do. */
export function AssistantsTab() {
  const { t } = useTranslation("assistants");
  const query = useQuery({ ...assistantsQuery, select: (data) => ({ data }) });
  return (
    <ListTab
      query={query}
      title={t("title")}
      hint={t("hint")}
      icon={Bot}
      none={t("noAssistants")}
      create={{ word: t("newAssistant"), form: (close) => <NewAssistant existing={query.data?.data ?? []} onClose={close} /> }}
    >
      {(one) => (
        <Row
          key={one.id}
          lead={<span className={parts.sign}><Icon of={Bot} size={18} /></span>}
          title={
            <Link to="/settings/assistants/$id" params={{ id: one.id }}>
              <bdi>{one.name}</bdi>
            </Link>
          }
          sub={t("changedWhen", { when: ago(one.updatedAt) })}
        >
          <Chip tone={toneOf[one.status]}>{t(one.status)}</Chip>
        </Row>
      )}
    </ListTab>
  );
}

function NewAssistant({ existing, onClose }: { existing: readonly Assistant[]; onClose: () => void }) {
  const { t } = useTranslation("assistants");
  const { t: ui } = useTranslation("ui");
  const { account } = useMe();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [from, setFrom] = useState<string>("blank");
  const create = useAct(
    () => {
      const copied = existing.find(({ id }) => id === from);
      const template = templates[from as Template] ?? templates.blank;
      const { firstMessage, systemPrompt, variables } = copied ?? template;
      const filled = "company" in variables && !variables.company ? { ...variables, company: account.name } : variables;
      return ask<Assistant>("POST", "/assistants", { name: name.trim(), firstMessage, systemPrompt, variables: filled, draft: true, ...(copied ? { knowledge: copied.knowledge, handoff: copied.handoff } : {}) });
    },
    { stale: [assistantKeys.all], then: ({ id }) => navigate({ to: "/settings/assistants/$id", params: { id } }) },
  );
  return (
    <DialogForm act={create} word={ui("create")} ready={name.trim() !== ""} onClose={onClose}>
      <TextInput label={ui("name")} value={name} maxLength={255} error={blame(create.error, "name")} data-autofocus onChange={(event) => setName(event.currentTarget.value)} />
      <Select
        label={t("beginWith")}
        data={[
          { group: t("templates"), items: (["blank", "support", "sales"] as const).map((value) => ({ value, label: t(value) })) },
          ...(existing.length > 0 ? [{ group: t("copyOf"), items: existing.map((one) => ({ value: one.id, label: one.name })) }] : []),
        ]}
        value={from}
        allowDeselect={false}
        onChange={(value) => setFrom(value ?? "blank")}
      />
    </DialogForm>
  );
}
