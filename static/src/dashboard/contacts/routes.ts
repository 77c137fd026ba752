import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { desk } from "../shell/desk.js";

/** The addresses of this area. */
export const contactRoutes = [
  createRoute({ getParentRoute: () => desk, path: "/contacts", component: lazyRouteComponent(() => import("./ContactsPage.js"), "ContactsPage") }),
] as const;
