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
 * What the launcher is called before the frame, which knows all the words, has told its own. A single
 * word in most languages, so that twenty of them fit into the loader; whether it is open says
 * `aria-expanded`.
 */
export function labelsFor(locale: string): Labels {
  const language = locale.toLowerCase().split(/[-_]/)[0] ?? "";
  const frame = nouns[language] ?? "Chat";
  return language === "en" ? { open: "Open chat", close: "Close chat", unread: "{n} unread", frame } : { open: frame, close: frame, unread: "{n}", frame };
}
