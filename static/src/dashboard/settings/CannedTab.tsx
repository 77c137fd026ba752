import { ActionIcon, Textarea, TextInput } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, type Schemas } from "../api/client.js";
import { every } from "../api/every.js";
import { keys } from "../api/keys.js";
import { blame, useAct } from "../ui/act.js";
import { Dialog, DialogForm } from "../ui/Dialog.js";
import { freely } from "../ui/freely.js";
import { ConfirmDialog } from "../ui/ConfirmDialog.js";
import { Icon } from "../ui/Icon.js";
import { PenLine, Trash2, Zap } from "../ui/icons.js";
import { ListTab } from "../ui/ListTab.js";
import parts from "../ui/parts.module.css";
import { Row } from "../ui/Rows.js";
import { SearchInput } from "../ui/SearchInput.js";
import style from "./settings.module.css";

type Canned = Schemas["Canned"];

/** Answers that are written once and given often. */
export function CannedTab() {
  const { t } = useTranslation("settings");
  const [q, setQ] = useState("");
  const query = useQuery({
    queryKey: [...keys.canned, "list", q],
    queryFn: ({ signal }) => every((span) => answer(api.GET("/canned", { params: { query: { ...span, ...(q ? { search: q } : {}) } }, signal }))),
    placeholderData: keepPreviousData,
  });
  return (
    <ListTab
      query={query}
      title={t("canned")}
      hint={t("cannedHint")}
      icon={Zap}
      none={t("noCanned")}
      create={{ word: t("newCanned"), size: "lg", form: (close) => <CannedForm canned={null} onClose={close} /> }}
      tools={
        <div className={parts.toolbar}>
          <SearchInput label={t("searchCanned")} value={q} onSearch={setQ} />
        </div>
      }
    >
      {(one) => <CannedRow key={one.id} canned={one} />}
    </ListTab>
  );
}

function CannedRow({ canned }: { canned: Canned }) {
  const { t } = useTranslation("settings");
  const { t: ui } = useTranslation("ui");
  const { t: shell } = useTranslation();
  const [open, setOpen] = useState<"edit" | "remove" | null>(null);
  const remove = useAct(() => api.DELETE("/canned/{id}", { params: { path: { id: canned.id } } }), { stale: [keys.canned] });
  return (
    <Row title={<code className={parts.mono} dir="ltr">/{canned.shortcut}</code>} sub={<span className={style.clip} dir="auto">{canned.content}</span>}>
      <ActionIcon aria-label={`${ui("edit")}: ${canned.shortcut}`} onClick={() => setOpen("edit")}>
        <Icon of={PenLine} size={15} />
      </ActionIcon>
      <ActionIcon aria-label={`${shell("remove")}: ${canned.shortcut}`} onClick={() => setOpen("remove")}>
        <Icon of={Trash2} size={15} />
      </ActionIcon>
      <ConfirmDialog opened={open === "remove"} onClose={() => setOpen(null)} title={t("deleteCanned", { name: canned.shortcut })} confirm={shell("remove")} act={() => remove.mutateAsync(undefined)}>
        {t("deleteCannedHint")}
      </ConfirmDialog>
      <Dialog opened={open === "edit"} onClose={() => setOpen(null)} title={t("canned")} size="lg">
        <CannedForm canned={canned} onClose={() => setOpen(null)} />
      </Dialog>
    </Row>
  );
}

function CannedForm({ canned, onClose }: { canned: Canned | null; onClose: () => void }) {
  const { t } = useTranslation("settings");
  const { t: shell } = useTranslation();
  const [given, setGiven] = useState({ shortcut: canned?.shortcut ?? "", content: canned?.content ?? "" });
  const save = useAct(() => (canned ? answer(api.PATCH("/canned/{id}", { params: { path: { id: canned.id } }, body: given })) : answer(api.POST("/canned", { body: given }))), { says: shell("saved"), stale: [keys.canned], then: onClose });
  return (
    <DialogForm act={save} word={shell("save")} ready={given.shortcut.trim() !== "" && given.content.trim() !== ""} onClose={onClose}>
      <TextInput label={t("shortcut")} description={t("shortcutHint")} leftSection="/" maxLength={50} value={given.shortcut} error={blame(save.error, "shortcut")} data-autofocus onChange={(event) => setGiven({ ...given, shortcut: event.currentTarget.value })} />
      <Textarea label={t("content")} {...freely} autosize minRows={5} maxRows={14} maxLength={10_000} value={given.content} error={blame(save.error, "content")} onChange={(event) => setGiven({ ...given, content: event.currentTarget.value })} />
    </DialogForm>
  );
}
