import { queryOptions, useQuery } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../api/client.js";
import { keys } from "../api/keys.js";
import { useMay } from "../session/me.js";

/** The team's members, disabled ones left out. */
export function useTeam(): Schemas["User"][] {
  const { data } = useQuery({ queryKey: keys.users, queryFn: ({ signal }) => answer(api.GET("/users", { params: { query: { limit: 100 } }, signal })), staleTime: 5 * 60_000 });
  return data?.data.filter(({ disabled }) => !disabled) ?? [];
}

/** The account's labels. */
export function useLabels(): Schemas["Label"][] {
  const { data } = useQuery({ queryKey: keys.labels, queryFn: ({ signal }) => answer(api.GET("/labels", { params: { query: { limit: 100 } }, signal })), staleTime: 60_000 });
  return data?.data ?? [];
}

/** The canned replies. */
export function useCanned(): Schemas["Canned"][] {
  const { data } = useQuery({ queryKey: keys.canned, queryFn: ({ signal }) => answer(api.GET("/canned", { params: { query: { limit: 100 } }, signal })), staleTime: 60_000 });
  return data?.data ?? [];
}

/** All sites. */
export const sitesQuery = queryOptions({ queryKey: [...keys.sites, "all"], queryFn: ({ signal }) => answer(api.GET("/sites", { params: { query: { limit: 100 } }, signal })) });

/** The sites that conversations begin on; none for who may not see them. */
export function useSites(): Schemas["Site"][] {
  const { data } = useQuery({ ...sitesQuery, staleTime: 60_000, enabled: useMay("admin:read") });
  return data?.data ?? [];
}
