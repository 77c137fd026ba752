import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "../api/client.js";
import { keys } from "../api/keys.js";
import { useAct } from "../ui/act.js";
import { save } from "../ui/download.js";
import { Icon } from "../ui/Icon.js";
import { Ban, Download, MessageCircle, Merge, Trash2 } from "../ui/icons.js";
import parts from "../ui/parts.module.css";
import type { Contact } from "./contact.js";
import style from "./contacts.module.css";
import { EraseDialog } from "./EraseDialog.js";
import { MergeDialog } from "./MergeDialog.js";
import { MessageDialog } from "./MessageDialog.js";

/** What can be done with a contact: write, block, merge, hand out, erase. */
export function ContactActions({ contact }: { contact: Contact }) {
  const { t } = useTranslation("contacts");
  const [open, setOpen] = useState<"message" | "merge" | "erase" | null>(null);
  const close = (): void => setOpen(null);
  const blocked = contact.status === "blocked";
  const block = useAct(() => answer(api.PATCH("/contact/{id}", { params: { path: { id: contact.id } }, body: { status: blocked ? "active" : "blocked" } })), {
    says: blocked ? t("unblocked") : t("blockedNow"),
    stale: [keys.contacts],
  });
  const give = useAct(() => answer(api.GET("/export", { params: { query: { contact: contact.id } } })), {
    then: (all) => save(`${contact.id}.json`, JSON.stringify(all, null, 2), "application/json"),
  });
  return (
    <section className={parts.card}>
      <h2 className={parts.cardTitle}>{t("actions")}</h2>
      <div className={style.doors}>
        <Button leftSection={<Icon of={MessageCircle} />} onClick={() => setOpen("message")} disabled={blocked}>
          {t("writeMessage")}
        </Button>
        <Button variant="default" leftSection={<Icon of={Merge} />} onClick={() => setOpen("merge")}>
          {t("merge")}
        </Button>
        <Button variant="default" leftSection={<Icon of={Ban} />} loading={block.isPending} onClick={() => block.mutate(undefined)}>
          {blocked ? t("unblock") : t("block")}
        </Button>
        <Button variant="default" leftSection={<Icon of={Download} />} loading={give.isPending} onClick={() => give.mutate(undefined)}>
          {t("export")}
        </Button>
        <Button variant="light" color="red" leftSection={<Icon of={Trash2} />} onClick={() => setOpen("erase")}>
          {t("erase")}
        </Button>
      </div>
      <MessageDialog contact={contact} opened={open === "message"} onClose={close} />
      <MergeDialog contact={contact} opened={open === "merge"} onClose={close} />
      <EraseDialog contact={contact} opened={open === "erase"} onClose={close} />
    </section>
  );
}
