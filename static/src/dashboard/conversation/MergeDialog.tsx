import { Button, Modal, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, onceKey, type Schemas } from "../api/client.js";
import { keys } from "../api/keys.js";
import { Avatar } from "../ui/Avatar.js";
import { ConfirmDialog } from "../ui/ConfirmDialog.js";
import { useNotify } from "../ui/notify.js";
import style from "./panel.module.css";

type Contact = Schemas["Contact"];
const called = (contact: Pick<Contact, "full_name" | "email" | "phone">): string => contact.full_name || contact.email || contact.phone || "?";

/** Finds another contact who is the same person, and makes one of both. */
export function MergeDialog({ into, opened, onClose }: { into: Schemas["ContactSummary"]; opened: boolean; onClose: () => void }) {
  const { t } = useTranslation(["conversation", "inbox", "shell"]);
  const queries = useQueryClient();
  const notify = useNotify();
  const [text, setText] = useState("");
  const [from, setFrom] = useState<Contact | null>(null);
  const [search] = useDebouncedValue(text.trim(), 200);
  const { data } = useQuery({
    queryKey: keys.contactList({ search, limit: "8" }),
    queryFn: ({ signal }) => answer(api.GET("/contacts", { params: { query: { search, limit: 8 } }, signal })),
    enabled: opened && search.length > 0,
  });
  const merge = async (): Promise<void> => {
    if (!from) return;
    await answer(api.POST("/contact/{id}/merge", { params: { path: { id: into.id } }, headers: { "Idempotency-Key": onceKey() }, body: { from: from.id } }));
    await Promise.all([keys.contacts, keys.conversations, ["conversation"]].map((queryKey) => queries.invalidateQueries({ queryKey })));
    notify.done(t("merged"));
    onClose();
  };
  return (
    <>
      <Modal opened={opened && from === null} onClose={onClose} title={t("merge")} closeButtonProps={{ "aria-label": t("shell:close") }}>
        <p className={style.none}>{t("mergeHint", { name: called(into) })}</p>
        <TextInput mt="sm" label={t("findContact")} value={text} onChange={(event) => setText(event.currentTarget.value)} data-autofocus />
        <div className={style.found}>
          {data?.data
            .filter(({ id }) => id !== into.id)
            .map((contact) => (
              <Button key={contact.id} variant="subtle" color="gray" justify="flex-start" fullWidth leftSection={<Avatar name={called(contact)} size={22} />} onClick={() => setFrom(contact)}>
                <bdi>{called(contact)}</bdi>&nbsp;<small>{contact.email ?? contact.phone}</small>
              </Button>
            ))}
        </div>
      </Modal>
      <ConfirmDialog opened={from !== null} onClose={() => setFrom(null)} title={t("mergeSure")} confirm={t("merge")} act={merge}>
        {t("mergeWarning", { from: from ? called(from) : "", into: called(into) })}
      </ConfirmDialog>
    </>
  );
}
