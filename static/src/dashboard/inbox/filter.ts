import type { ConversationFilter } from "../api/keys.js";

/** The desk's views, in their order. */
export const views = ["mine", "unassigned", "all", "mentions", "closed", "archived"] as const;

/** One of the views. */
export type View = (typeof views)[number];

const channels = ["chat", "whatsapp", "instagram", "sms", "email", "voice", "api"] as const;
const priorities = ["urgent", "high", "normal", "low"] as const;
const sorts = ["last_message_at:desc", "last_message_at:asc", "created_at:desc", "created_at:asc"] as const;

/** What the address says of the list, so that a filter can be kept, sent and gone back to. */
export interface InboxSearch {
  view?: View;
  label?: string;
  site?: string;
  channel?: (typeof channels)[number];
  priority?: (typeof priorities)[number];
  sort?: (typeof sorts)[number];
  q?: string;
}

export { channels, priorities, sorts };

const oneOf = <T extends string>(of: readonly T[], value: unknown): T | undefined => of.find((known) => known === value);
const text = (value: unknown): string | undefined => {
  const said = typeof value === "number" ? String(value) : value;
  return typeof said === "string" && said.trim() ? said : undefined;
};

/** As much of a text as is searched for, cut between letters: half a letter cannot be sent. */
export const shortened = (said: string): string => [...said].slice(0, 200).join("");

/** Reads the address; what it does not know is left out. */
export function parseSearch(given: Record<string, unknown>): InboxSearch {
  const found: InboxSearch = {
    view: oneOf(views, given.view),
    label: text(given.label),
    site: text(given.site),
    channel: oneOf(channels, given.channel),
    priority: oneOf(priorities, given.priority),
    sort: oneOf(sorts, given.sort),
    q: text(given.q),
  };
  if (found.q) found.q = shortened(found.q);
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

/** The view of an address. */
export const viewOf = ({ view }: InboxSearch): View => view ?? "all";

const byView: Record<View, ConversationFilter> = {
  mine: { status: "open", assigned_to: "me" },
  unassigned: { status: "open", assigned_to: "none" },
  all: { status: "open" },
  mentions: { status: "open", mentions: "me" },
  closed: { status: "closed" },
  archived: { status: "archived" },
};

/** What to ask the server for. */
export function filterOf(search: InboxSearch): ConversationFilter {
  const { view: _, q, ...rest } = search;
  return { ...byView[viewOf(search)], ...rest, ...(q ? { search: q } : {}) };
}

/** Whether something narrows the view. */
export const narrowed = ({ label, site, channel, priority, q }: InboxSearch): boolean => Boolean(label ?? site ?? channel ?? priority ?? q);
