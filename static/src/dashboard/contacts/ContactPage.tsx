import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Avatar } from "../ui/Avatar.js";
import { Chip } from "../ui/Chip.js";
import { ago, dateTime } from "../ui/time.js";
import { Loaded } from "../ui/Loaded.js";
import { Page } from "../ui/Page.js";
import parts from "../ui/parts.module.css";
import { type Contact, contactQuery, nameOf, toneOf } from "./contact.js";
import { ContactActions } from "./ContactActions.js";
import { ContactConversations } from "./ContactConversations.js";
import { ContactFields } from "./ContactFields.js";
import style from "./contacts.module.css";

/** One contact: what is known, what was said, what can be done. */
export function ContactPage() {
  const { t } = useTranslation("contacts");
  const { id } = useParams({ from: "/desk/contacts/$id" });
  const query = useQuery(contactQuery(id));
  return (
    <Page
      title={query.data ? nameOf(query.data) : t("title")}
      hint={query.data?.email ?? query.data?.phone ?? ""}
      back={{ to: "/contacts", label: t("title") }}
      lead={query.data ? <Avatar name={nameOf(query.data)} size={44} /> : null}
      actions={query.data ? <Chip tone={toneOf[query.data.status]}>{t(query.data.status)}</Chip> : null}
    >
      <Loaded query={query}>{(contact) => <Body key={contact.id} contact={contact} />}</Loaded>
    </Page>
  );
}

function Body({ contact }: { contact: Contact }) {
  const { t } = useTranslation("contacts");
  return (
    <div className={style.columns}>
      <div className={style.column}>
        <ContactFields contact={contact} />
        <section>
          <h2 className={style.heading}>{t("conversations")}</h2>
          <ContactConversations id={contact.id} />
        </section>
      </div>
      <aside className={style.column} aria-label={t("about")}>
        <Facts contact={contact} />
        <ContactActions contact={contact} />
      </aside>
    </div>
  );
}

function Facts({ contact }: { contact: Contact }) {
  const { t } = useTranslation("contacts");
  return (
    <section className={parts.card}>
      <h2 className={parts.cardTitle}>{t("about")}</h2>
      <dl className={style.facts}>
        <dt>{t("created")}</dt>
        <dd>{dateTime(contact.created_at)}</dd>
        <dt>{t("updated")}</dt>
        <dd title={dateTime(contact.updated_at)}>{ago(contact.updated_at)}</dd>
        <dt>{t("lastContacted")}</dt>
        <dd>{contact.last_contacted ? ago(contact.last_contacted) : "—"}</dd>
      </dl>
    </section>
  );
}
