/** What narrows a list of conversations, as it stands in the address. */
export interface ConversationFilter {
  status?: "open" | "closed" | "archived" | "all";
  channel?: string;
  priority?: string;
  assigned_to?: string;
  contact_id?: string;
  label?: string;
  site?: string;
  mentions?: "me";
  search?: string;
  sort?: string;
}

/**
 * Every key under which something is kept, in one place, from the general to the special: what changes
 * invalidates the shortest key that covers it.
 */
export const keys = {
  me: ["me"] as const,
  methods: ["methods"] as const,
  account: ["account"] as const,
  users: ["users"] as const,
  invitations: ["invitations"] as const,
  labels: ["labels"] as const,
  canned: ["canned"] as const,
  sites: ["sites"] as const,
  channels: ["channels"] as const,
  apiKeys: ["keys"] as const,
  webhooks: ["webhooks"] as const,
  sessions: ["sessions"] as const,
  conversations: ["conversations"] as const,
  conversationWindows: (filter: ConversationFilter) => ["conversations", "list", filter] as const,
  conversationWindow: (filter: ConversationFilter, page: number) => ["conversations", "list", filter, page] as const,
  conversationCounts: ["conversations", "count"] as const,
  anyConversation: ["conversation"] as const,
  conversation: (id: string) => ["conversation", id] as const,
  messages: (id: string) => ["messages", id] as const,
  contacts: ["contacts"] as const,
  contactList: (filter: Record<string, string | undefined>) => ["contacts", "list", filter] as const,
  contact: (id: string) => ["contacts", "one", id] as const,
  contactConversations: (id: string) => ["contacts", "conversations", id] as const,
  articles: ["articles"] as const,
  articleCounts: ["articles", "counts"] as const,
  article: (id: string) => ["articles", "one", id] as const,
  reports: (span: Record<string, string | undefined>) => ["reports", span] as const,
  search: (q: string) => ["search", q] as const,
  excerpts: (q: string) => ["search", q, "messages"] as const,
};
