import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Avatar } from "../ui/Avatar.js";
import { Chip } from "../ui/Chip.js";
import { ago, dateTime } from "../ui/time.js";
import { Icon } from "../ui/Icon.js";
import { ArrowLeft } from "../ui/icons.js";
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
    <Page title={query.data ? nameOf(query.data) : t("title")} hint={query.data?.email ?? query.data?.phone ?? ""} actions={query.data ? <Status contact={query.data} /> : null}>
      <Link to="/contacts" className={parts.back ?? ""}>
        <Icon of={ArrowLeft} size={14} className={parts.turning} />
        {t("title")}
      </Link>
      <Loaded query={query}>{(contact) => <Body key={contact.id} contact={contact} />}</Loaded>
    </Page>
  );
}

const Status = ({ contact }: { contact: Contact }) => {
  const { t } = useTranslation("contacts");
  return (
    <>
      <Chip tone={toneOf[contact.status]}>{t(contact.status)}</Chip>
      <Avatar name={nameOf(contact)} size={40} />
    </>
  );
};

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
