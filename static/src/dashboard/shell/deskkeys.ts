/** The keys of the inbox and of a conversation, so that whoever asks for all keys is told them where they are not at work, too. */
export const deskKeys = [
  { group: "list", keys: "j", label: "inbox:keyNext" },
  { group: "list", keys: "k", label: "inbox:keyPrevious" },
  { group: "list", keys: "x", label: "inbox:keySelect" },
  { group: "list", keys: "/", label: "inbox:keyFind" },
  { group: "list", keys: "Escape", label: "inbox:clearSelection" },
  { group: "conversation", keys: "a", label: "conversation:assign" },
  { group: "conversation", keys: "i", label: "conversation:assignToMe" },
  { group: "conversation", keys: "l", label: "conversation:label" },
  { group: "conversation", keys: "p", label: "conversation:priority" },
  { group: "conversation", keys: "e", label: "conversation:resolve" },
  { group: "conversation", keys: "shift+Delete", label: "conversation:archive" },
  { group: "conversation", keys: "d", label: "conversation:details" },
  { group: "conversation", keys: "r", label: "conversation:keyReply" },
  { group: "conversation", keys: "n", label: "conversation:keyNote" },
  { group: "conversation", keys: "mod+j", label: "conversation:suggestReply" },
  { group: "conversation", keys: "g u", label: "conversation:summarise" },
] as const;
