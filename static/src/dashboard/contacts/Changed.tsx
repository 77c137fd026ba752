import { useTranslation } from "react-i18next";
import { Icon } from "../ui/Icon.js";
import { TriangleAlert } from "../ui/icons.js";
import parts from "../ui/parts.module.css";
import type { Contact } from "./contact.js";
import style from "./contacts.module.css";

const fields = { first_name: "firstName", last_name: "lastName", email: "email", phone: "phone", preferred_channel: "preferredChannel", status: "status", metadata: "metadata" } as const;

/** What somebody else has changed of a contact, with how it is now. */
export function changesOf(before: Contact, now: Contact): { field: keyof typeof fields; value: string }[] {
  const names = Object.keys(fields) as (keyof typeof fields)[];
  return names
    .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(now[name]))
    .map((field) => ({ field, value: field === "metadata" ? JSON.stringify(now.metadata) : (now[field] ?? "—") }));
}

/** Says what has changed under somebody's hands; nothing of theirs is lost or in force yet. */
export function Changed({ before, now }: { before: Contact; now: Contact }) {
  const { t } = useTranslation("contacts");
  return (
    <div role="alert" className={parts.warning}>
      <Icon of={TriangleAlert} />
      <div>
        <p>{t("changedMeanwhile")}</p>
        <ul className={style.changed}>
          {changesOf(before, now).map(({ field, value }) => (
            <li key={field}>
              {t(fields[field])}: <bdi>{value}</bdi>
            </li>
          ))}
        </ul>
        <p>{t("changedKept")}</p>
      </div>
    </div>
  );
}
