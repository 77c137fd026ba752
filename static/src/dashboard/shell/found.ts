import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, type Schemas } from "../api/client.js";
import { keys } from "../api/keys.js";
import { shortened } from "../inbox/filter.js";
import { nameOf } from "../inbox/Row.js";
import { useRegisteredHotkeys } from "../ui/hotkeys.js";
import { plain } from "../ui/marks.js";
import { briefTime } from "../ui/time.js";

/** One line of the palette. */
export interface Entry {
  id: string;
  group: string;
  label: string;
  keys?: string;
  /** The label as it was found, if the words stand in it; and where else they stand. */
  marked?: Schemas["Highlight"] | undefined;
  highlight?: Schemas["Highlight"] | undefined;
  /** What tells it from others of its name, where nothing in it is marked. */
  sub?: string;
  /** Who wrote it, and when. */
  aside?: string;
  run: () => void;
}

/** The commands that fit what is typed. */
export function useCommands(text: string): Entry[] {
  const { t } = useTranslation();
  const hotkeys = useRegisteredHotkeys();
  return useMemo(() => {
    const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    return hotkeys
      .filter(({ quiet, label }) => !quiet && words.every((word) => label.toLocaleLowerCase().includes(word)))
      .map(({ keys: pressed, label, run }) => ({ id: `key ${pressed} ${label}`, group: t("commands"), label, keys: pressed, run }));
  }, [hotkeys, text, t]);
}

/** A label, with what was found in it and elsewhere. */
const named = (label: string, highlights: Schemas["Highlight"][]) => ({ label, marked: highlights.find(({ snippet }) => snippet === label), highlight: highlights.find(({ snippet }) => snippet !== label) });

const patience = 180;

/** What is stored and fits what is typed: conversations, messages, contacts, articles. */
export function useFound(text: string): { entries: Entry[]; searching: boolean; error: unknown } {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const typed = shortened(text.trim());
  const [q] = useDebouncedValue(typed, patience);
  const wanted = q.length > 1 && typed.length > 1;
  const { data, isFetching, error } = useQuery({
    queryKey: keys.search(q),
    queryFn: ({ signal }) => answer(api.GET("/search", { params: { query: { q, limit: 5 } }, signal })),
    enabled: wanted,
    placeholderData: keepPreviousData,
  });
  const failure = wanted ? error : null;
  if (!data || !wanted) return { entries: [], searching: wanted && isFetching, error: failure };
  const open = (conversation: string) => () => void navigate({ to: "/inbox/$conversation", params: { conversation } });
  const entries: Entry[] = [
    ...data.conversations.data.map(({ conversation: c, highlights }) => ({ id: c.id, group: t("found_conversations"), ...named(nameOf(c), highlights), sub: c.subject ?? plain(c.last_message_preview), aside: briefTime(c.last_message_at), run: open(c.id) })),
    ...data.messages.data.map(({ message: m, contact, highlights }) => ({
      id: m.id,
      group: t("found_messages"),
      label: contact.full_name ?? contact.email ?? contact.phone ?? t("customer"),
      highlight: highlights[0],
      aside: [m.sender?.name, briefTime(m.sent_at)].filter(Boolean).join(" · "),
      run: open(m.conversation_id),
    })),
    ...data.contacts.data.map(({ contact: c, highlights }) => ({ id: c.id, group: t("found_contacts"), ...named(c.full_name ?? c.email ?? c.phone ?? "?", highlights), run: () => void navigate({ href: `/app/contacts/${c.id}` }) })),
    ...data.articles.data.map(({ article: a, highlights }) => ({ id: a.id, group: t("found_articles"), ...named(a.title, highlights), run: () => void navigate({ href: `/app/knowledge/${a.id}` }) })),
  ];
  return { entries, searching: isFetching, error: failure };
}
