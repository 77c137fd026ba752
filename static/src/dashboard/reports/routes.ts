import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { desk } from "../shell/desk.js";

/** The addresses of this area. */
export const reportRoutes = [
  createRoute({ getParentRoute: () => desk, path: "/reports", component: lazyRouteComponent(() => import("./ReportsPage.js"), "ReportsPage") }),
] as const;
