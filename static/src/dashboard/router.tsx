import type { QueryClient } from "@tanstack/react-query";
import { createRoute, createRouter, redirect } from "@tanstack/react-router";
import { contactRoutes } from "./contacts/routes.js";
import { guideRoutes } from "./guide/routes.js";
import { inboxRoutes } from "./inbox/routes.js";
import { knowledgeRoutes } from "./knowledge/routes.js";
import { reportRoutes } from "./reports/routes.js";
import { InvitationPage } from "./session/InvitationPage.js";
import { LoginPage } from "./session/LoginPage.js";
import { ResetPage } from "./session/ResetPage.js";
import { settingsRoutes } from "./settings/routes.js";
import { desk, root } from "./shell/desk.js";
import { NotFound } from "./shell/NotFound.js";

type Refusal = "refused" | "unknown" | "several";
const refusals: readonly Refusal[] = ["refused", "unknown", "several"];

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  component: LoginPage,
  // What is no value is named, too: the router keeps what a route leaves out, and anybody's words would stand on our page.
  validateSearch: (search: Record<string, unknown>): { next?: string; login_error?: Refusal; over?: boolean } => ({
    next: typeof search.next === "string" ? search.next : undefined,
    login_error: refusals.find((one) => one === search.login_error),
    over: search.over ? true : undefined,
  }),
});
const reset = createRoute({ getParentRoute: () => root, path: "/reset", component: ResetPage });
const invitation = createRoute({ getParentRoute: () => root, path: "/invitation", component: InvitationPage });

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: ({ search }) => {
    // The identity provider's way back leads here, with the reason if it leads nowhere.
    const { login_error: refusal } = search as { login_error?: Refusal };
    if (refusal) throw redirect({ to: "/login", search: { login_error: refusal } });
    throw redirect({ to: "/inbox" });
  },
});

const tree = root.addChildren([
  home,
  login,
  reset,
  invitation,
  desk.addChildren([...inboxRoutes, ...contactRoutes, ...knowledgeRoutes, ...reportRoutes, ...settingsRoutes, ...guideRoutes]),
]);

/** Makes the router; tests give it a history in memory. */
export const newRouter = (queries: QueryClient, options: Pick<Parameters<typeof createRouter>[0], "history"> = {}) =>
  createRouter({ routeTree: tree, basepath: "/app", context: { queries }, defaultPreload: false, scrollRestoration: false, defaultNotFoundComponent: NotFound, ...options });

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof newRouter>;
  }
}
