import { queryOptions, useQuery } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../api/client.js";
import { keys } from "../api/keys.js";

/** Who is logged in, and what they may do. */
export type Me = Schemas["Me"];

/** The question who is logged in; a 401 is an error. */
export const meQuery = queryOptions({
  queryKey: keys.me,
  queryFn: ({ signal }) => answer(api.GET("/me", { signal })),
  staleTime: 5 * 60_000,
});

/** Who is logged in. Only below the shell, which draws nothing before it is known. */
export function useMe(): Me {
  const { data } = useQuery(meQuery);
  if (!data) throw new Error("useMe is for what is drawn below the shell");
  return data;
}

/** Whether the person holds a scope. */
export const useMay = (scope: Me["scopes"][number]): boolean => useMe().scopes.includes(scope);
