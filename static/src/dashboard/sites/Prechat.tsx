import { ActionIcon, Button, Checkbox, Select, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { blame } from "../ui/act.js";
import { FormSection } from "../ui/FormSection.js";
import { freely } from "../ui/freely.js";
import { Icon } from "../ui/Icon.js";
import { Plus, Trash2 } from "../ui/icons.js";
import type { SiteFields } from "./Look.js";
import type { Site } from "./site.js";
import style from "./sites.module.css";

type Field = Site["prechat"]["fields"][number];
const types = ["text", "email", "phone", "textarea"] as const;

/** A name for a field out of its label: letters, digits and underscores, unlike the others. */
export function fieldName(label: string, others: readonly string[]): string {
  const base = label.toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 34) || "field";
  const first = /^[a-z]/.test(base) ? base : `f_${base}`;
  let name = first;
  for (let n = 2; others.includes(name); n++) name = `${first}_${n}`;
  return name;
}

/** What visitors fill in before the first message. */
export function Prechat({ draft: { value, set }, error }: SiteFields) {
  const { t } = useTranslation("sites");
  const { fields } = value.prechat;
  const put = (all: readonly Field[]): void => set({ prechat: { fields: [...all] } });
  const change = (at: number, part: Partial<Field>): void => put(fields.map((field, i) => (i === at ? { ...field, ...part } : field)));
  return (
    <FormSection title={t("prechat")} hint={t("prechatHint")}>
      {fields.map((field, at) => (
        <FieldRow key={at} field={field} change={(part) => change(at, part)} remove={() => put(fields.filter((_, i) => i !== at))} />
      ))}
      {blame(error, "prechat") ? <p className={style.error}>{blame(error, "prechat")}</p> : null}
      <div>
        <Button variant="default" leftSection={<Icon of={Plus} />} onClick={() => put([...fields, { name: fieldName("", fields.map(({ name }) => name)), label: t("newField"), type: "text", required: false }])}>
          {t("addField")}
        </Button>
      </div>
    </FormSection>
  );
}

function FieldRow({ field, change, remove }: { field: Field; change: (part: Partial<Field>) => void; remove: () => void }) {
  const { t } = useTranslation("sites");
  const { t: shell } = useTranslation();
  return (
    <div className={style.field} role="group" aria-label={field.label}>
      <TextInput label={t("fieldLabel")} {...freely} value={field.label} maxLength={255} onChange={(event) => change({ label: event.currentTarget.value })} />
      <TextInput label={t("fieldName")} value={field.name} maxLength={40} dir="ltr" onChange={(event) => change({ name: event.currentTarget.value })} />
      <Select label={t("fieldType")} data={types.map((value) => ({ value, label: t(`type${value}` as "typetext") }))} value={field.type} allowDeselect={false} onChange={(type) => change({ type: types.find((one) => one === type) ?? "text" })} />
      <Checkbox label={t("fieldRequired")} checked={field.required} onChange={(event) => change({ required: event.currentTarget.checked })} />
      <ActionIcon aria-label={`${shell("remove")}: ${field.label}`} onClick={remove}>
        <Icon of={Trash2} size={15} />
      </ActionIcon>
    </div>
  );
}
