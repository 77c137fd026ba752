import { createRoute, redirect } from "@tanstack/react-router";
import type { QueryClient } from "@tanstack/react-query";
import type { Schemas } from "../api/client.js";
import { meQuery } from "../session/me.js";
import { desk } from "../shell/desk.js";
import { lazyPage } from "../shell/lazy.js";

const settings = createRoute({ getParentRoute: () => desk, path: "/settings", component: lazyPage(() => import("./SettingsPage.js"), "SettingsPage") });

/** Keeps out of a tab who could do nothing there; the server refuses anyway. */
const only =
  (scope: Schemas["Scope"]) =>
  async ({ context }: { context: { queries: QueryClient } }): Promise<void> => {
    const me = await context.queries.ensureQueryData(meQuery);
    if (!me.scopes.includes(scope)) throw redirect({ to: "/settings/profile" });
  };

const home = createRoute({
  getParentRoute: () => settings,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/settings/profile" });
  },
});
const profile = createRoute({ getParentRoute: () => settings, path: "/profile", component: lazyPage(() => import("./ProfileTab.js"), "ProfileTab") });
const notices = createRoute({ getParentRoute: () => settings, path: "/notices", component: lazyPage(() => import("./NoticesTab.js"), "NoticesTab") });
const security = createRoute({ getParentRoute: () => settings, path: "/security", component: lazyPage(() => import("./SecurityTab.js"), "SecurityTab") });
const general = createRoute({ getParentRoute: () => settings, path: "/general", beforeLoad: only("admin:write"), component: lazyPage(() => import("./GeneralTab.js"), "GeneralTab") });
const team = createRoute({ getParentRoute: () => settings, path: "/team", beforeLoad: only("admin:write"), component: lazyPage(() => import("./TeamTab.js"), "TeamTab") });
const canned = createRoute({ getParentRoute: () => settings, path: "/canned", component: lazyPage(() => import("./CannedTab.js"), "CannedTab") });
const labels = createRoute({ getParentRoute: () => settings, path: "/labels", component: lazyPage(() => import("./LabelsTab.js"), "LabelsTab") });
const sites = createRoute({ getParentRoute: () => settings, path: "/sites", beforeLoad: only("admin:write"), component: lazyPage(() => import("../sites/SitesTab.js"), "SitesTab") });
const site = createRoute({ getParentRoute: () => settings, path: "/sites/$id", beforeLoad: only("admin:write"), component: lazyPage(() => import("../sites/SiteTab.js"), "SiteTab") });
const channels = createRoute({ getParentRoute: () => settings, path: "/channels", beforeLoad: only("admin:write"), component: lazyPage(() => import("../integrations/ChannelsTab.js"), "ChannelsTab") });
const channel = createRoute({ getParentRoute: () => settings, path: "/channels/$id", beforeLoad: only("admin:write"), component: lazyPage(() => import("../integrations/ChannelTab.js"), "ChannelTab") });
const assistants = createRoute({ getParentRoute: () => settings, path: "/assistants", beforeLoad: only("assistants:write"), component: lazyPage(() => import("../assistants/AssistantsTab.js"), "AssistantsTab") });
const assistant = createRoute({ getParentRoute: () => settings, path: "/assistants/$id", beforeLoad: only("assistants:write"), component: lazyPage(() => import("../assistants/AssistantTab.js"), "AssistantTab") });
const apiKeys = createRoute({ getParentRoute: () => settings, path: "/keys", beforeLoad: only("admin:write"), component: lazyPage(() => import("../integrations/KeysTab.js"), "KeysTab") });
const webhooks = createRoute({ getParentRoute: () => settings, path: "/webhooks", beforeLoad: only("webhooks:manage"), component: lazyPage(() => import("../integrations/WebhooksTab.js"), "WebhooksTab") });
const webhook = createRoute({ getParentRoute: () => settings, path: "/webhooks/$id", beforeLoad: only("webhooks:manage"), component: lazyPage(() => import("../integrations/WebhookTab.js"), "WebhookTab") });

/** The addresses of this area: one below `/settings` for each tab. */
export const settingsRoutes = [
  settings.addChildren([home, profile, notices, security, general, team, canned, labels, sites, site, channels, channel, assistants, assistant, apiKeys, webhooks, webhook]),
] as const;
