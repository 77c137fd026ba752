import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { desk } from "../shell/desk.js";

/** Where an account begins. */
export const guideRoutes = [createRoute({ getParentRoute: () => desk, path: "/welcome", component: lazyRouteComponent(() => import("./GuidePage.js"), "GuidePage") })] as const;
