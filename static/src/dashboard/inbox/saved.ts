import { Store } from "../live/store.js";
import { keepChoice } from "../ui/keep.js";
import { type InboxSearch, parseSearch } from "./filter.js";

/** A filter that somebody gave a name. */
export interface SavedFilter {
  name: string;
  search: InboxSearch;
}

const key = "parley.filters";

function read(): SavedFilter[] {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "[]") as SavedFilter[];
    return kept.map(({ name, search }) => ({ name: String(name), search: parseSearch({ ...search }) }));
  } catch {
    return [];
  }
}

/** The filters kept in this browser. */
export const savedFilters = new Store<readonly SavedFilter[]>(read());

const keep = (filters: readonly SavedFilter[]): void => {
  keepChoice(key, JSON.stringify(filters));
  savedFilters.set(filters);
};

/** Keeps a filter under a name; the name's former filter is replaced. */
export const saveFilter = (name: string, search: InboxSearch): void => keep([...savedFilters.get().filter((filter) => filter.name !== name), { name, search }]);

/** Forgets a filter. */
export const forgetFilter = (name: string): void => keep(savedFilters.get().filter((filter) => filter.name !== name));
