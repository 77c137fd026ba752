import { createRoute } from "@tanstack/react-router";
import { ConversationPage } from "../conversation/ConversationPage.js";
import { desk } from "../shell/desk.js";
import { parseSearch } from "./filter.js";
import { InboxPage } from "./InboxPage.js";
import { NothingOpen } from "./NothingOpen.js";

const inbox = createRoute({ getParentRoute: () => desk, path: "/inbox", component: InboxPage, validateSearch: parseSearch });

/** The addresses of this area: the list, and in it the open conversation. */
export const inboxRoutes = [
  inbox.addChildren([
    createRoute({ getParentRoute: () => inbox, path: "/", component: NothingOpen }),
    createRoute({ getParentRoute: () => inbox, path: "/$conversation", component: ConversationPage }),
  ]),
] as const;
