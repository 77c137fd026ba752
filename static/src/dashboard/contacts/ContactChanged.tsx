import { useTranslation } from "react-i18next";
import { Changed } from "../ui/Changed.js";
import type { Contact } from "./contact.js";

const fields = { first_name: "firstName", last_name: "lastName", email: "email", phone: "phone", preferred_channel: "preferredChannel", status: "status", metadata: "metadata" } as const;

/** What somebody else has changed of a contact, with how it is now. */
export function changesOf(before: Contact, now: Contact): { field: keyof typeof fields; value: string }[] {
  const names = Object.keys(fields) as (keyof typeof fields)[];
  return names
    .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(now[name]))
    .map((field) => ({ field, value: field === "metadata" ? JSON.stringify(now.metadata) : (now[field] ?? "—") }));
}

/** Says what somebody else has changed of a contact while one did. */
export function ContactChanged({ before, now }: { before: Contact; now: Contact }) {
  const { t } = useTranslation("contacts");
  return <Changed says={t("changedMeanwhile")} now={changesOf(before, now).map(({ field, value }) => [t(fields[field]), value])} keeps={t("changedKept")} />;
}
