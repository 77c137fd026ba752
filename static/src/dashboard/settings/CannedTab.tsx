import { ActionIcon, Button, Group, Modal, Textarea, TextInput } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, type Schemas } from "../api/client.js";
import { keys } from "../api/keys.js";
import { blame, useAct } from "../ui/act.js";
import { ConfirmDialog } from "../ui/ConfirmDialog.js";
import { EmptyState } from "../ui/EmptyState.js";
import { Icon } from "../ui/Icon.js";
import { PenLine, Plus, Trash2, Zap } from "../ui/icons.js";
import { Loaded } from "../ui/Loaded.js";
import parts from "../ui/parts.module.css";
import { Row, Rows } from "../ui/Rows.js";
import { SearchInput } from "../ui/SearchInput.js";
import { TabHead } from "../ui/TabHead.js";
import style from "./settings.module.css";

type Canned = Schemas["Canned"];

/** Answers that are written once and given often. */
export function CannedTab() {
  const { t } = useTranslation("settings");
  const { t: shell } = useTranslation();
  const [q, setQ] = useState("");
  const [editing, setEditing] = useState<Canned | "new" | null>(null);
  const query = useQuery({
    queryKey: [...keys.canned, "list", q],
    queryFn: ({ signal }) => answer(api.GET("/canned", { params: { query: { limit: 100, ...(q ? { search: q } : {}) } }, signal })),
    placeholderData: keepPreviousData,
  });
  const add = (
    <Button leftSection={<Icon of={Plus} />} onClick={() => setEditing("new")}>
      {t("newCanned")}
    </Button>
  );
  return (
    <>
      <TabHead title={t("canned")} hint={t("cannedHint")} actions={add} />
      <div className={parts.toolbar}>
        <SearchInput label={t("searchCanned")} value={q} onSearch={setQ} />
      </div>
      <Loaded query={query}>
        {({ data }) =>
          data.length > 0 ? (
            <Rows label={t("canned")}>
              {data.map((one) => (
                <CannedRow key={one.id} canned={one} edit={() => setEditing(one)} />
              ))}
            </Rows>
          ) : (
            <EmptyState icon={Zap} title={t("noCanned")} hint={t("cannedHint")} />
          )
        }
      </Loaded>
      <Modal opened={editing !== null} onClose={() => setEditing(null)} title={editing === "new" ? t("newCanned") : t("canned")} size="lg" closeButtonProps={{ "aria-label": shell("close") }}>
        {editing ? <CannedForm canned={editing === "new" ? null : editing} onClose={() => setEditing(null)} /> : null}
      </Modal>
    </>
  );
}

function CannedRow({ canned, edit }: { canned: Canned; edit: () => void }) {
  const { t } = useTranslation("settings");
  const { t: ui } = useTranslation("ui");
  const { t: shell } = useTranslation();
  const [asking, setAsking] = useState(false);
  const remove = useAct(() => api.DELETE("/canned/{id}", { params: { path: { id: canned.id } } }), { stale: [keys.canned] });
  return (
    <Row title={<code className={parts.mono}>/{canned.shortcut}</code>} sub={<span className={style.clip} dir="auto">{canned.content}</span>}>
      <ActionIcon aria-label={`${ui("edit")}: ${canned.shortcut}`} onClick={edit}>
        <Icon of={PenLine} size={15} />
      </ActionIcon>
      <ActionIcon aria-label={`${shell("remove")}: ${canned.shortcut}`} onClick={() => setAsking(true)}>
        <Icon of={Trash2} size={15} />
      </ActionIcon>
      <ConfirmDialog opened={asking} onClose={() => setAsking(false)} title={t("deleteCanned", { name: canned.shortcut })} confirm={shell("remove")} act={() => remove.mutateAsync(undefined)}>
        {t("deleteCannedHint")}
      </ConfirmDialog>
    </Row>
  );
}

function CannedForm({ canned, onClose }: { canned: Canned | null; onClose: () => void }) {
  const { t } = useTranslation("settings");
  const { t: shell } = useTranslation();
  const [given, setGiven] = useState({ shortcut: canned?.shortcut ?? "", content: canned?.content ?? "" });
  const save = useAct(() => (canned ? answer(api.PATCH("/canned/{id}", { params: { path: { id: canned.id } }, body: given })) : answer(api.POST("/canned", { body: given }))), { says: shell("saved"), stale: [keys.canned], then: onClose });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    save.mutate(undefined);
  };
  return (
    <form onSubmit={submit} className={parts.stack}>
      <TextInput label={t("shortcut")} description={t("shortcutHint")} leftSection="/" maxLength={50} value={given.shortcut} error={blame(save.error, "shortcut")} data-autofocus onChange={(event) => setGiven({ ...given, shortcut: event.currentTarget.value })} />
      <Textarea label={t("content")} autosize minRows={5} maxRows={14} maxLength={10_000} value={given.content} error={blame(save.error, "content")} onChange={(event) => setGiven({ ...given, content: event.currentTarget.value })} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {shell("cancel")}
        </Button>
        <Button type="submit" loading={save.isPending} disabled={!given.shortcut.trim() || !given.content.trim()}>
          {shell("save")}
        </Button>
      </Group>
    </form>
  );
}
