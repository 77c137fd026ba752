import { ActionIcon, Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, type Schemas } from "../api/client.js";
import { every } from "../api/every.js";
import { keys } from "../api/keys.js";
import { blame, useAct } from "../ui/act.js";
import { ConfirmDialog } from "../ui/ConfirmDialog.js";
import { Icon } from "../ui/Icon.js";
import { PenLine, Tag, Trash2 } from "../ui/icons.js";
import { ListTab } from "../ui/ListTab.js";
import { Row } from "../ui/Rows.js";
import style from "./settings.module.css";

type Label = Schemas["Label"];
const firstColor = "#0a6a57";

/** The labels that conversations bear. */
export function LabelsTab() {
  const { t } = useTranslation("settings");
  const query = useQuery({ queryKey: [...keys.labels, "all"], queryFn: ({ signal }) => every((query) => answer(api.GET("/labels", { params: { query }, signal }))) });
  return (
    <ListTab query={query} title={t("labels")} hint={t("labelsHint")} icon={Tag} none={t("noLabels")} tools={<NewLabel />}>
      {(label) => <LabelRow key={label.id} label={label} />}
    </ListTab>
  );
}

interface FormProps {
  name: string;
  color: string;
  word: string;
  error: unknown;
  busy: boolean;
  onDone: (given: { name: string; color: string }) => void;
  onCancel?: () => void;
  /** Whether writing goes on here: the form has taken the place of what was pressed. */
  focus: boolean;
}

function LabelForm({ name: firstName, color: first, word, error, busy, onDone, onCancel, focus }: FormProps) {
  const { t } = useTranslation("settings");
  const { t: shell } = useTranslation();
  const [name, setName] = useState(firstName);
  const [color, setColor] = useState(first);
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    onDone({ name: name.trim(), color });
  };
  return (
    <form onSubmit={submit} className={style.inline} style={{ marginBlockEnd: 16, flex: 1 }}>
      <input type="color" className={style.color} aria-label={t("color")} value={color} onChange={(event) => setColor(event.currentTarget.value)} />
      <TextInput className={style.grow} autoFocus={focus} aria-label={t("labelName")} placeholder={t("labelName")} maxLength={100} value={name} error={blame(error, "name")} onChange={(event) => setName(event.currentTarget.value)} />
      {onCancel ? (
        <Button variant="default" onClick={onCancel}>
          {shell("cancel")}
        </Button>
      ) : null}
      <Button type="submit" variant={onCancel ? "filled" : "default"} loading={busy} disabled={!name.trim()}>
        {word}
      </Button>
    </form>
  );
}

function NewLabel() {
  const { t } = useTranslation("settings");
  // A new form follows the answer: a name that was refused is there to be mended.
  const [made, setMade] = useState(0);
  const add = useAct((body: { name: string; color: string }) => answer(api.POST("/labels", { body })), { stale: [keys.labels], then: () => setMade((now) => now + 1) });
  return <LabelForm key={made} name="" color={firstColor} word={t("addLabel")} error={add.error} busy={add.isPending} focus={made > 0} onDone={(given) => add.mutate(given)} />;
}

function LabelRow({ label }: { label: Label }) {
  const { t: ui } = useTranslation("ui");
  const { t } = useTranslation("settings");
  const { t: shell } = useTranslation();
  const [open, setOpen] = useState<"edit" | "remove" | null>(null);
  const [edited, setEdited] = useState(false);
  const close = (): void => {
    setOpen(null);
    setEdited(true);
  };
  const path = { params: { path: { id: label.id } } };
  const change = useAct((body: { name: string; color: string }) => answer(api.PATCH("/labels/{id}", { ...path, body })), { stale: [keys.labels, keys.conversations], then: close });
  const remove = useAct(() => api.DELETE("/labels/{id}", path), { stale: [keys.labels, keys.conversations] });
  if (open === "edit") {
    return (
      <li style={{ padding: "12px 16px 0" }}>
        <LabelForm name={label.name} color={label.color ?? firstColor} word={shell("save")} error={change.error} busy={change.isPending} focus onDone={(given) => change.mutate(given)} onCancel={close} />
      </li>
    );
  }
  return (
    <Row lead={<span className={style.swatch} style={{ background: label.color ?? "transparent" }} />} title={<bdi>{label.name}</bdi>}>
      <ActionIcon autoFocus={edited} aria-label={`${ui("edit")}: ${label.name}`} onClick={() => setOpen("edit")}>
        <Icon of={PenLine} size={15} />
      </ActionIcon>
      <ActionIcon aria-label={`${shell("remove")}: ${label.name}`} onClick={() => setOpen("remove")}>
        <Icon of={Trash2} size={15} />
      </ActionIcon>
      <ConfirmDialog opened={open === "remove"} onClose={() => setOpen(null)} title={t("deleteLabel", { name: label.name })} confirm={shell("remove")} act={() => remove.mutateAsync(undefined)}>
        {t("deleteLabelHint")}
      </ConfirmDialog>
    </Row>
  );
}
