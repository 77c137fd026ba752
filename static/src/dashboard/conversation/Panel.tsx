import { ActionIcon, Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, type Schemas } from "../api/client.js";
import { keys } from "../api/keys.js";
import { contactQuery } from "../contacts/contact.js";
import { speakLater } from "../i18n/index.js";
import type { InboxSearch } from "../inbox/filter.js";
import { LabelDots } from "../inbox/LabelDots.js";
import { useMay } from "../session/me.js";
import { Avatar } from "../ui/Avatar.js";
import { Icon } from "../ui/Icon.js";
import { CircleAlert, ExternalLink, Globe, Languages, Mail, PenLine, Phone, ShieldCheck } from "../ui/icons.js";
import { plain } from "../ui/marks.js";
import { briefTime, fullTime, languageName } from "../ui/time.js";
import style from "./panel.module.css";
import { SubjectDialog } from "./SubjectDialog.js";

/** Who one talks with: what is known, what is proven, where they are, what was before. */
export function Panel({ conversation: c, contact }: { conversation: Schemas["Conversation"]; contact: string }) {
  const { t } = useTranslation("conversation");
  return (
    <aside className={style.panel} aria-label={t("details")}>
      <div className={style.head}>
        <Avatar name={contact} size={48} />
        <h3 className={style.name}>
          <bdi>{contact}</bdi>
        </h3>
        <span className={style.proof} data-verified={c.verified || undefined} title={t(c.verified ? "verifiedHint" : "unverifiedHint")}>
          <Icon of={c.verified ? ShieldCheck : CircleAlert} size={13} />
          {t(c.verified ? "verified" : "unverified")}
        </span>
      </div>
      <Section title={t("contact")}>
        {c.contact.email ? <Fact icon={<Icon of={Mail} size={14} />} label={t("email")} value={c.contact.email} /> : null}
        {c.contact.phone ? <Fact icon={<Icon of={Phone} size={14} />} label={t("phone")} value={c.contact.phone} /> : null}
        {c.locale ? <Fact icon={<Icon of={Languages} size={14} />} label={t("locale")} value={languageName(c.locale)} /> : null}
        <Merge c={c} />
      </Section>
      {c.page?.url ? <PageSeen page={c.page} /> : null}
      <Section title={t("conversationFacts")}>
        <Subject c={c} />
        {c.labels.length > 0 ? <LabelDots labels={c.labels} /> : null}
        <Fact label={t("begun")} value={fullTime(c.created_at)} />
        {c.rating ? <Fact label={t("rating")} value={"★".repeat(c.rating) + "☆".repeat(5 - c.rating)} /> : null}
        {Object.entries(c.custom).map(([name, value]) => (
          <Fact key={name} label={name} value={typeof value === "string" ? value : JSON.stringify(value)} />
        ))}
      </Section>
      <ContactFacts id={c.contact_id} />
      <Past c={c} />
    </aside>
  );
}

const Section = ({ title, children }: { title: string; children: ReactNode }) => (
  <section className={style.section}>
    <h4 className={style.title}>{title}</h4>
    {children}
  </section>
);

const Fact = ({ icon, label, value, children }: { icon?: ReactNode; label: string; value: string; children?: ReactNode }) => (
  <div className={style.fact}>
    {icon ? <span className={style.factIcon}>{icon}</span> : null}
    <span className={icon ? "unseen" : style.factLabel}>{label}</span>
    <bdi className={style.factValue} title={value}>
      {value}
    </bdi>
    {children}
  </div>
);

function PageSeen({ page }: { page: NonNullable<Schemas["Conversation"]["page"]> }) {
  const { t } = useTranslation("conversation");
  const safe = /^https?:\/\//.test(page.url ?? "");
  return (
    <Section title={t("page")}>
      <div className={style.fact}>
        <span className={style.factIcon}>
          <Icon of={Globe} size={14} />
        </span>
        {safe ? (
          <a className={style.page} href={page.url} target="_blank" rel="noopener noreferrer nofollow" title={page.url}>
            <bdi>{page.title || page.url}</bdi> <Icon of={ExternalLink} size={11} />
          </a>
        ) : (
          <bdi>{page.title || page.url}</bdi>
        )}
      </div>
    </Section>
  );
}

/** What the conversation is about, and the way to change that. */
function Subject({ c }: { c: Schemas["Conversation"] }) {
  const { t } = useTranslation("conversation");
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Fact label={t("subject")} value={c.subject ?? "—"}>
        <ActionIcon size={24} aria-label={t("changeSubject")} title={t("changeSubject")} aria-keyshortcuts="s" className={style.change ?? ""} onClick={() => setOpened(true)}>
          <Icon of={PenLine} size={13} />
        </ActionIcon>
      </Fact>
      <SubjectDialog conversation={c} opened={opened} onClose={() => setOpened(false)} />
    </>
  );
}

/** What the contact's own record holds beyond its addresses. */
function ContactFacts({ id }: { id: string }) {
  const { t } = useTranslation("conversation");
  const may = useMay("contacts:read");
  const { data } = useQuery({ ...contactQuery(id), enabled: may, staleTime: 60_000 });
  const facts = Object.entries(data?.metadata ?? {}).filter(([, value]) => typeof value !== "object");
  if (facts.length === 0) return null;
  return (
    <Section title={t("attributes")}>
      {facts.map(([name, value]) => (
        <Fact key={name} label={name} value={String(value)} />
      ))}
    </Section>
  );
}

function Past({ c }: { c: Schemas["Conversation"] }) {
  const { t } = useTranslation("conversation");
  const may = useMay("contacts:read");
  const { data } = useQuery({
    queryKey: keys.contactConversations(c.contact_id),
    queryFn: ({ signal }) => answer(api.GET("/contact/{id}/conversations", { params: { path: { id: c.contact_id }, query: { limit: 10 } }, signal })),
    enabled: may,
    staleTime: 60_000,
  });
  const past = data?.data.filter(({ id }) => id !== c.id) ?? [];
  return (
    <Section title={t("past")}>
      {past.length === 0 ? <p className={style.none}>{t("noPast")}</p> : null}
      {past.map((other) => (
        <Link key={other.id} to="/inbox/$conversation" params={{ conversation: other.id }} search={(now: InboxSearch) => now} className={style.past ?? ""}>
          <bdi>{other.subject || plain(other.last_message_preview)}</bdi>
          <small>
            {t(`status_${other.status}`)} · {briefTime(other.last_message_at)}
          </small>
        </Link>
      ))}
    </Section>
  );
}

/** The contacts' own window for it, loaded when it is wanted. */
const MergeDialog = lazy(async () => {
  const [{ MergeDialog: merge }] = await Promise.all([import("../contacts/MergeDialog.js"), speakLater()]);
  return { default: merge };
});

function Merge({ c }: { c: Schemas["Conversation"] }) {
  const { t } = useTranslation("conversation");
  const may = useMay("contacts:write");
  const [opened, setOpened] = useState(false);
  const { data: contact } = useQuery({ ...contactQuery(c.contact_id), enabled: may, staleTime: 60_000 });
  if (!may || !contact) return null;
  return (
    <>
      <Button variant="subtle" size="compact-xs" className={style.merge ?? ""} onClick={() => setOpened(true)}>
        {t("merge")}
      </Button>
      {opened ? (
        <Suspense>
          <MergeDialog contact={contact} opened onClose={() => setOpened(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
