import { createRoute } from "@tanstack/react-router";
import { desk } from "../shell/desk.js";
import { lazyPage } from "../shell/lazy.js";

/** What the list of contacts is narrowed to, as it stands in the address. */
export interface ContactSearch {
  q?: string;
  status?: "active" | "inactive" | "blocked";
  sort?: ContactSort;
  page?: number;
}

/** The orders that the list may have. */
export const contactSorts = ["created_at:desc", "created_at:asc", "updated_at:desc", "last_contacted:desc"] as const;
type ContactSort = (typeof contactSorts)[number];

/** The states of a contact. */
export const contactStatuses = ["active", "inactive", "blocked"] as const;

function readSearch(search: Record<string, unknown>): ContactSearch {
  const status = contactStatuses.find((one) => one === search.status);
  const sort = contactSorts.find((one) => one === search.sort);
  // What is no value is named, too: of what a route leaves out, the router keeps what stands in the address.
  return {
    q: typeof search.q === "string" && search.q ? search.q : undefined,
    status,
    sort,
    page: Number.isInteger(search.page) && Number(search.page) > 1 ? Number(search.page) : undefined,
  };
}

/** The addresses of this area. */
export const contactRoutes = [
  createRoute({ getParentRoute: () => desk, path: "/contacts", validateSearch: readSearch, component: lazyPage(() => import("./ContactsPage.js"), "ContactsPage") }),
  createRoute({ getParentRoute: () => desk, path: "/contacts/$id", component: lazyPage(() => import("./ContactPage.js"), "ContactPage") }),
] as const;
