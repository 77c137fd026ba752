import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { desk } from "../shell/desk.js";

/** The addresses of this area. */
export const knowledgeRoutes = [
  createRoute({ getParentRoute: () => desk, path: "/knowledge", component: lazyRouteComponent(() => import("./KnowledgePage.js"), "KnowledgePage") }),
] as const;
