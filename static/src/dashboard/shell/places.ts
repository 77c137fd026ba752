import { BarChart3, BookOpen, Inbox, Settings, Users } from "../ui/icons.js";

/** Where the navigation leads; `key` follows `g`. */
export const places = [
  { to: "/inbox", label: "inbox", icon: Inbox, key: "i" },
  { to: "/contacts", label: "contacts", icon: Users, key: "c" },
  { to: "/knowledge", label: "knowledge", icon: BookOpen, key: "k" },
  { to: "/reports", label: "reports", icon: BarChart3, key: "r" },
  { to: "/settings", label: "settings", icon: Settings, key: "s" },
] as const;
