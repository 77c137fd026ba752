import { createRoute } from "@tanstack/react-router";
import { desk } from "../shell/desk.js";
import { lazyPage } from "../shell/lazy.js";

/** Where an account begins. */
export const guideRoutes = [createRoute({ getParentRoute: () => desk, path: "/welcome", component: lazyPage(() => import("./GuidePage.js"), "GuidePage") })] as const;
