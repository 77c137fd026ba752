import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, Outlet, redirect } from "@tanstack/react-router";
import { ApiError } from "../api/errors.js";
import { meQuery } from "../session/me.js";
import { NotFound } from "./NotFound.js";
import { RouteError } from "./RouteError.js";
import { Shell } from "./Shell.js";

interface Context {
  queries: QueryClient;
}

/** The root of all addresses. */
export const root = createRootRouteWithContext<Context>()({ component: Outlet, notFoundComponent: NotFound, errorComponent: RouteError });

/** Everything for which one has to be logged in. */
export const desk = createRoute({
  getParentRoute: () => root,
  id: "desk",
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queries.ensureQueryData(meQuery);
    } catch (error) {
      if (error instanceof ApiError && error.code === 401) throw redirect({ to: "/login", search: { next: location.pathname + location.searchStr } });
      throw error;
    }
  },
});
