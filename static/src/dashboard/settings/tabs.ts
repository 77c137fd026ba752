import type { Schemas } from "../api/client.js";

/** Everything that settings are about, in three parts; what needs a scope is shown to those who hold it. */
export const tabGroups = [
  {
    label: "you",
    tabs: [
      { to: "/settings/profile", label: "profile" },
      { to: "/settings/notices", label: "notices" },
      { to: "/settings/security", label: "security" },
    ],
  },
  {
    label: "workspace",
    tabs: [
      { to: "/settings/general", label: "general", scope: "admin:write" },
      { to: "/settings/sites", label: "sites", scope: "admin:write" },
      { to: "/settings/team", label: "team", scope: "admin:write" },
      { to: "/settings/channels", label: "channels", scope: "admin:write" },
      { to: "/settings/assistants", label: "assistants", scope: "assistants:write" },
      { to: "/settings/canned", label: "canned" },
      { to: "/settings/labels", label: "labels" },
    ],
  },
  {
    label: "developers",
    tabs: [
      { to: "/settings/keys", label: "keys", scope: "admin:write" },
      { to: "/settings/webhooks", label: "webhooks", scope: "webhooks:manage" },
    ],
  },
] as const;

/** One line of the list. */
export type Tab = (typeof tabGroups)[number]["tabs"][number];

/** The scope that a tab needs, if it needs one. */
export const scopeOf = (tab: Tab): Schemas["Scope"] | null => ("scope" in tab ? tab.scope : null);
