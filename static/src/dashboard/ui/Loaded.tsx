import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ErrorState } from "./ErrorState.js";
import { RowsComing } from "./Rows.js";

/** Draws what was read, once it is there; until then that it is coming, or why it does not come. */
export function Loaded<T>({ query, coming, children }: { query: UseQueryResult<T>; coming?: ReactNode; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) return <ErrorState error={query.error} retry={query.refetch} />;
  return coming ?? <RowsComing />;
}
