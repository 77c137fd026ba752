import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../api/client.js";
import { keys } from "../api/keys.js";

export { sitesQuery } from "../inbox/team.js";

/** A site, as `/v2` shows it. */
export type Site = Schemas["Site"];

/** One site. */
export const siteQuery = (id: string) =>
  queryOptions({ queryKey: [...keys.sites, id], queryFn: ({ signal }) => answer(api.GET("/sites/{id}", { params: { path: { id } }, signal })) });

/** The parts of a site that its page changes. */
export const editable = ["name", "greeting", "auto_reply", "allowed_origins", "theme", "locale", "prechat", "office_hours", "survey", "notice_minutes", "identity_required", "assistant"] as const;
