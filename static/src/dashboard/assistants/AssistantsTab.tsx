import { Button, Group, Modal, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type SyntheticEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "../session/me.js";
import { blame, useAct } from "../ui/act.js";
import { Chip } from "../ui/Chip.js";
import { useDates } from "../ui/dates.js";
import { EmptyState } from "../ui/EmptyState.js";
import { Icon } from "../ui/Icon.js";
import { Bot, Plus } from "../ui/icons.js";
import { Loaded } from "../ui/Loaded.js";
import parts from "../ui/parts.module.css";
import { Row, Rows } from "../ui/Rows.js";
import { TabHead } from "../ui/TabHead.js";
import { ask, type Assistant, assistantKeys, assistantsQuery } from "./assistant.js";
import style from "./assistants.module.css";
import { type Template, templates } from "./templates.js";

/** How the states of an assistant look. */
export const toneOf = { draft: "warn", published: "good", changed: "accent" } as const;

/** The assistants that answer before people do. */
export function AssistantsTab() {
  const { t } = useTranslation("assistants");
  const { t: shell } = useTranslation();
  const { ago } = useDates();
  const [creating, setCreating] = useState(false);
  const query = useQuery(assistantsQuery);
  const add = (
    <Button leftSection={<Icon of={Plus} />} onClick={() => setCreating(true)}>
      {t("newAssistant")}
    </Button>
  );
  return (
    <>
      <TabHead title={t("title")} hint={t("hint")} actions={add} />
      <Loaded query={query}>
        {(assistants) =>
          assistants.length > 0 ? (
            <Rows label={t("title")}>
              {assistants.map((one) => (
                <Row
                  key={one.id}
                  lead={<span className={style.bot}><Icon of={Bot} size={18} /></span>}
                  title={
                    <Link to="/settings/assistants/$id" params={{ id: one.id }}>
                      <bdi>{one.name}</bdi>
                    </Link>
                  }
                  sub={t("changedWhen", { when: ago(one.updatedAt) })}
                >
                  <Chip tone={toneOf[one.status]}>{t(one.status)}</Chip>
                </Row>
              ))}
            </Rows>
          ) : (
            <EmptyState icon={Bot} title={t("noAssistants")} hint={t("hint")}>
              {add}
            </EmptyState>
          )
        }
      </Loaded>
      <Modal opened={creating} onClose={() => setCreating(false)} title={t("newAssistant")} closeButtonProps={{ "aria-label": shell("close") }}>
        <NewAssistant existing={query.data ?? []} onClose={() => setCreating(false)} />
      </Modal>
    </>
  );
}

function NewAssistant({ existing, onClose }: { existing: readonly Assistant[]; onClose: () => void }) {
  const { t } = useTranslation("assistants");
  const { t: shell } = useTranslation();
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
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    create.mutate(undefined);
  };
  return (
    <form onSubmit={submit} className={parts.stack}>
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
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {shell("cancel")}
        </Button>
        <Button type="submit" loading={create.isPending} disabled={!name.trim()}>
          {ui("create")}
        </Button>
      </Group>
    </form>
  );
}
