import { Button, Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "../api/client.js";
import { keys } from "../api/keys.js";
import { useAct } from "../ui/act.js";
import { ErrorState } from "../ui/ErrorState.js";
import { Dialog } from "../ui/Dialog.js";
import { Avatar } from "../ui/Avatar.js";
import parts from "../ui/parts.module.css";
import { Row, Rows } from "../ui/Rows.js";
import { SearchInput } from "../ui/SearchInput.js";
import { type Contact, contactsQuery, nameOf } from "./contact.js";
import style from "./contacts.module.css";

interface MergeProps {
  contact: Contact;
  opened: boolean;
  onClose: () => void;
}

/** Takes another contact into this one, after showing what that does. */
export function MergeDialog({ contact, opened, onClose }: MergeProps) {
  const { t } = useTranslation("contacts");
  return (
    <Dialog opened={opened} onClose={onClose} title={t("mergeTitle", { name: nameOf(contact) })} size="lg">
      <MergeSteps contact={contact} onClose={onClose} />
    </Dialog>
  );
}

function MergeSteps({ contact, onClose }: Omit<MergeProps, "opened">) {
  const { t } = useTranslation("contacts");
  const { t: shell } = useTranslation();
  const [other, setOther] = useState<Contact | null>(null);
  const merge = useAct((from: string) => answer(api.POST("/contact/{id}/merge", { params: { path: { id: contact.id } }, body: { from } })), {
    says: t("merged"),
    // An open conversation may have been the other's.
    stale: [keys.contacts, keys.conversations, keys.anyConversation],
    then: onClose,
  });
  if (!other) return <Choose contact={contact} choose={setOther} />;
  return (
    <>
      <p className={parts.faint}>{t("mergePreview")}</p>
      <Chosen contact={other} />
      <ul className={style.moves}>
        {previewOf(contact, other).map(({ key, values }) => (
          <li key={key + JSON.stringify(values)}>{t(key as "mergeMoves", values as { from: string; into: string })}</li>
        ))}
      </ul>
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={() => setOther(null)}>
          {shell("back")}
        </Button>
        <Button color="red" variant="light" loading={merge.isPending} onClick={() => merge.mutate(other.id)}>
          {t("mergeNow")}
        </Button>
      </Group>
    </>
  );
}

function Choose({ contact, choose }: { contact: Contact; choose: (other: Contact) => void }) {
  const { t } = useTranslation("contacts");
  const [q, setQ] = useState("");
  const query = useQuery(contactsQuery({ q }, 8));
  const others = (query.data?.data ?? []).filter(({ id }) => id !== contact.id);
  return (
    <div className={parts.stack}>
      <p className={parts.faint}>{t("mergeHint")}</p>
      <SearchInput label={t("search")} value={q} onSearch={setQ} />
      {query.isError ? <ErrorState error={query.error} retry={query.refetch} /> : null}
      {query.isSuccess && others.length === 0 ? <p className={parts.faint}>{t("nobodyFound")}</p> : null}
      {others.length > 0 ? (
        <Rows label={t("title")}>
          {others.map((other) => (
            <Row key={other.id} lead={<Avatar name={nameOf(other)} />} title={<bdi>{nameOf(other)}</bdi>} sub={[other.email, other.phone].filter(Boolean).join(" · ")}>
              <Button variant="default" onClick={() => choose(other)} aria-label={`${t("choose")}: ${nameOf(other)}`}>
                {t("choose")}
              </Button>
            </Row>
          ))}
        </Rows>
      ) : null}
    </div>
  );
}

const Chosen = ({ contact }: { contact: Contact }) => (
  <div className={style.chosen}>
    <Avatar name={nameOf(contact)} />
    <div>
      <bdi>{nameOf(contact)}</bdi>
      <div className={parts.faint}>{[contact.email, contact.phone].filter(Boolean).join(" · ")}</div>
    </div>
  </div>
);

type Line = { key: "mergeMoves" | "mergeGone" | "mergeTakes" | "mergeKept"; values: Record<string, string> };

/** What a merge will do, line by line, by the rules of `POST /v2/contact/{id}/merge`. */
export function previewOf(into: Contact, from: Contact): Line[] {
  const lines: Line[] = [{ key: "mergeMoves", values: { from: nameOf(from), into: nameOf(into) } }];
  for (const field of ["first_name", "last_name", "email", "phone"] as const) {
    const value = from[field];
    if (!value || value === into[field]) continue;
    if (!into[field]) lines.push({ key: "mergeTakes", values: { value } });
    else if (field === "email" || field === "phone") lines.push({ key: "mergeKept", values: { value } });
  }
  lines.push({ key: "mergeGone", values: { from: nameOf(from) } });
  return lines;
}
