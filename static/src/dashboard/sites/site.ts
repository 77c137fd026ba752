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

/** Whether black or white is read better on a colour, by the relative luminance of WCAG. */
export function inkOn(color: string): "#000000" | "#ffffff" {
  const part = (at: number): number => {
    const value = parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  const light = 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
  return (light + 0.05) / 0.05 > 1.05 / (light + 0.05) ? "#000000" : "#ffffff";
}
