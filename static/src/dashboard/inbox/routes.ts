import { createRoute } from "@tanstack/react-router";
import { desk } from "../shell/desk.js";
import { InboxPage } from "./InboxPage.js";

const inbox = createRoute({ getParentRoute: () => desk, path: "/inbox", component: InboxPage });

/** The addresses of this area. */
export const inboxRoutes = [inbox] as const;
