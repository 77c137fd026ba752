import { Button, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Avatar } from "../ui/Avatar.js";
import { Chip } from "../ui/Chip.js";
import { ago, dateTime } from "../ui/time.js";
import { EmptyState } from "../ui/EmptyState.js";
import { useHotkeys } from "../ui/hotkeys.js";
import { Icon } from "../ui/Icon.js";
import { Plus, Users } from "../ui/icons.js";
import { Loaded } from "../ui/Loaded.js";
import { Page } from "../ui/Page.js";
import { Pager, useLastPage } from "../ui/Pager.js";
import parts from "../ui/parts.module.css";
import { RowsComing } from "../ui/Rows.js";
import { SearchInput } from "../ui/SearchInput.js";
import { type Contact, contactsQuery, nameOf, toneOf } from "./contact.js";
import style from "./contacts.module.css";
import { CreateContact } from "./CreateContact.js";
import { type ContactSearch, contactSorts, contactStatuses } from "./routes.js";

const orders = { "created_at:desc": "sortNewest", "created_at:asc": "sortOldest", "updated_at:desc": "sortChanged", "last_contacted:desc": "sortContacted" } as const;

/** Everybody who ever wrote, found by name, address or number. */
export function ContactsPage() {
  const { t } = useTranslation("contacts");
  const search = useSearch({ from: "/desk/contacts" });
  const navigate = useNavigate();
  const [creating, setCreating] = useState(false);
  const query = useQuery(contactsQuery(search));
  const narrow = (change: Partial<ContactSearch>): void => void navigate({ to: "/contacts", search: { ...search, page: undefined, ...change }, replace: true });
  useLastPage(query, search.page ?? 1, (page) => narrow({ page }));
  useHotkeys([{ keys: "n", label: t("newContact"), group: "list", run: () => setCreating(true) }]);
  const add = (
    <Button leftSection={<Icon of={Plus} />} onClick={() => setCreating(true)}>
      {t("newContact")}
    </Button>
  );
  return (
    <Page title={t("title")} hint={t("hint")} actions={add}>
      <Filters search={search} narrow={narrow} />
      <Loaded query={query} coming={<RowsComing count={8} />}>
        {({ data, pagination }) => (
          <>
            {data.length > 0 ? <ContactTable contacts={data} /> : <Nobody narrowed={Boolean(search.q || search.status)} />}
            <Pager page={search.page ?? 1} total={pagination.total} onPage={(page) => narrow({ page })} />
          </>
        )}
      </Loaded>
      <CreateContact opened={creating} onClose={() => setCreating(false)} />
    </Page>
  );
}

function Filters({ search, narrow }: { search: ContactSearch; narrow: (change: Partial<ContactSearch>) => void }) {
  const { t } = useTranslation("contacts");
  return (
    <div className={parts.toolbar} role="search">
      <SearchInput label={t("search")} value={search.q ?? ""} onSearch={(q) => narrow({ q: q || undefined })} />
      <Select
        aria-label={t("status")}
        className={style.filter}
        data={[{ value: "all", label: t("anyStatus") }, ...contactStatuses.map((value) => ({ value, label: t(value) }))]}
        value={search.status ?? "all"}
        onChange={(value) => narrow({ status: contactStatuses.find((one) => one === value) })}
        allowDeselect={false}
      />
      <Select
        aria-label={t("sort")}
        className={style.filter}
        data={contactSorts.map((value) => ({ value, label: t(orders[value]) }))}
        value={search.sort ?? "created_at:desc"}
        onChange={(value) => narrow({ sort: contactSorts.find((one) => one === value) })}
        allowDeselect={false}
      />
    </div>
  );
}

function ContactTable({ contacts }: { contacts: readonly Contact[] }) {
  const { t } = useTranslation("contacts");
  return (
    <div className={parts.tableFrame} role="region" aria-label={t("title")} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("person")}</th>
            <th scope="col" className={style.wide}>
              {t("email")}
            </th>
            <th scope="col" className={style.wide}>
              {t("phone")}
            </th>
            <th scope="col">{t("status")}</th>
            <th scope="col" className={style.wide}>
              {t("lastContacted")}
            </th>
          </tr>
        </thead>
        <tbody>
          {contacts.map((contact) => (
            <tr key={contact.id}>
              <td>
                <div className={style.person}>
                  <Avatar name={nameOf(contact)} />
                  <div className={style.personWords}>
                    <Link to="/contacts/$id" params={{ id: contact.id }}>
                      <bdi>{nameOf(contact)}</bdi>
                    </Link>
                    {contact.full_name ? (
                      <bdi className={style.narrow} title={contact.email ?? contact.phone ?? undefined}>
                        {contact.email ?? contact.phone}
                      </bdi>
                    ) : null}
                  </div>
                </div>
              </td>
              <td className={style.wide}>{contact.email ?? "—"}</td>
              <td className={style.wide}>
                <bdi dir="ltr">{contact.phone ?? "—"}</bdi>
              </td>
              <td>
                <Chip tone={toneOf[contact.status]}>{t(contact.status)}</Chip>
              </td>
              <td className={style.wide} title={contact.last_contacted ? dateTime(contact.last_contacted) : undefined}>
                {contact.last_contacted ? ago(contact.last_contacted) : "—"}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Nobody({ narrowed }: { narrowed: boolean }) {
  const { t } = useTranslation("contacts");
  return <EmptyState icon={Users} title={narrowed ? t("nobodyFound") : t("nobody")} hint={narrowed ? t("nobodyFoundHint") : t("nobodyHint")} />;
}
