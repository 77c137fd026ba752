import { queryOptions, useQuery } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../api/client.js";
import { every } from "../api/every.js";
import { keys } from "../api/keys.js";
import { useMay } from "../session/me.js";

/** The team's members, disabled ones left out. */
export function useTeam(): Schemas["User"][] {
  const { data } = useQuery({ queryKey: keys.users, queryFn: ({ signal }) => every((query) => answer(api.GET("/users", { params: { query }, signal }))), staleTime: 5 * 60_000 });
  return data?.data.filter(({ disabled }) => !disabled) ?? [];
}

/** The account's labels. */
export function useLabels(): Schemas["Label"][] {
  const { data } = useQuery({ queryKey: keys.labels, queryFn: ({ signal }) => every((query) => answer(api.GET("/labels", { params: { query }, signal }))), staleTime: 60_000 });
  return data?.data ?? [];
}

/** The canned replies. */
export function useCanned(): Schemas["Canned"][] {
  const { data } = useQuery({ queryKey: keys.canned, queryFn: ({ signal }) => every((query) => answer(api.GET("/canned", { params: { query }, signal }))), staleTime: 60_000 });
  return data?.data ?? [];
}

/** All sites. */
export const sitesQuery = queryOptions({ queryKey: [...keys.sites, "all"], queryFn: ({ signal }) => every((query) => answer(api.GET("/sites", { params: { query }, signal }))) });

/** The sites that conversations begin on; none for who may not see them. */
export function useSites(): Schemas["Site"][] {
  const { data } = useQuery({ ...sitesQuery, staleTime: 60_000, enabled: useMay("admin:read") });
  return data?.data ?? [];
}
