import type { Labels } from "../shared/bridge.js";

/** The word for a chat where it is another one than in English. */
const nouns: Record<string, string> = {
  pl: "Czat",
  sv: "Chatt",
  tr: "Sohbet",
  uk: "Чат",
  ru: "Чат",
  ar: "محادثة",
  he: "צ׳אט",
  ja: "チャット",
  ko: "채팅",
  zh: "聊天",
};

/**
 * What the launcher is called before the frame, which knows all the words, has told its own: a single
 * word, so that twenty languages fit into the loader. Whether the chat is open says `aria-expanded`.
 */
export function labelsFor(locale: string): Labels {
  const noun = nouns[locale.slice(0, 2)] ?? "Chat";
  return { open: noun, close: noun, unread: "{n}", frame: noun };
}
