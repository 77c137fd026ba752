import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../api/client.js";
import { keys } from "../api/keys.js";
import { pageSize } from "../ui/Pager.js";
import type { ContactSearch } from "./routes.js";

/** A contact, as `/v2` shows it. */
export type Contact = Schemas["Contact"];

/** One page of the list. */
export const contactsQuery = ({ q, status, sort, page = 1 }: ContactSearch, limit = pageSize) =>
  queryOptions({
    queryKey: keys.contactList({ q, status, sort, page: String(page), limit: String(limit) }),
    queryFn: ({ signal }) =>
      answer(api.GET("/contacts", { params: { query: { limit, offset: (page - 1) * limit, ...(q ? { search: q } : {}), ...(status ? { status } : {}), ...(sort ? { sort } : {}) } }, signal })),
    placeholderData: keepPreviousData,
  });

/** One contact. */
export const contactQuery = (id: string) =>
  queryOptions({ queryKey: keys.contact(id), queryFn: ({ signal }) => answer(api.GET("/contact/{id}", { params: { path: { id } }, signal })) });

/** What to call a contact: its name, else how to reach it. */
export const nameOf = ({ full_name, email, phone }: Pick<Contact, "full_name" | "email" | "phone">): string => full_name || email || phone || "—";

/** The tone in which a state is shown. */
export const toneOf = { active: "good", inactive: "quiet", blocked: "alarm" } as const;

/** The channels by which a contact can be written to: all that can bring a text to the person. */
export function channelsOf({ phone, email }: Pick<Contact, "phone" | "email">): Schemas["Channel"][] {
  return ["chat", ...(email ? (["email"] as const) : []), ...(phone ? (["sms", "whatsapp"] as const) : []), "instagram"];
}

/** The channel that reaches a contact first: the preferred one, else an address of the contact's own, else the chat. */
export const wayTo = (contact: Pick<Contact, "phone" | "email" | "preferred_channel">): Schemas["Channel"] =>
  channelsOf(contact).find((one) => one === contact.preferred_channel) ?? (contact.email ? "email" : contact.phone ? "sms" : "chat");
