import { createRoute } from "@tanstack/react-router";
import { desk } from "../shell/desk.js";
import { lazyPage } from "../shell/lazy.js";

/** The span of days, as it stands in the address; without one the last 30 days. */
export interface ReportSearch {
  from?: string;
  to?: string;
}

const day = /^\d{4}-\d{2}-\d{2}$/;
// What is no value is named, too: of what a route leaves out, the router keeps what stands in the address.
const readSearch = (search: Record<string, unknown>): ReportSearch => ({
  from: typeof search.from === "string" && day.test(search.from) ? search.from : undefined,
  to: typeof search.to === "string" && day.test(search.to) ? search.to : undefined,
});

/** The addresses of this area. */
export const reportRoutes = [
  createRoute({ getParentRoute: () => desk, path: "/reports", validateSearch: readSearch, component: lazyPage(() => import("./ReportsPage.js"), "ReportsPage") }),
] as const;
