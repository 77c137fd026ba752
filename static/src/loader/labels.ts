import type { Labels } from "../shared/bridge.js";

/** The word for a chat in languages that do not write it with Latin letters. */
const nouns: Record<string, string> = {
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
 * word, so that the loader stays small. Whether the chat is open says `aria-expanded`; unread messages
 * come with a frame.
 */
export function labelsFor(locale: string): Labels {
  const noun = nouns[locale.slice(0, 2)] ?? "Chat";
  return { open: noun, close: noun, unread: "", frame: noun };
}
