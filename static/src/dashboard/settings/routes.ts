import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { desk } from "../shell/desk.js";

const settings = createRoute({ getParentRoute: () => desk, path: "/settings", component: lazyRouteComponent(() => import("./SettingsPage.js"), "SettingsPage") });

/** The addresses of this area: one below `/settings` for each tab. */
export const settingsRoutes = [
  settings.addChildren([
    createRoute({
      getParentRoute: () => settings,
      path: "/",
      beforeLoad: () => {
        throw redirect({ to: "/settings/profile" });
      },
    }),
    createRoute({ getParentRoute: () => settings, path: "/profile", component: lazyRouteComponent(() => import("./ProfileTab.js"), "ProfileTab") }),
  ]),
] as const;
