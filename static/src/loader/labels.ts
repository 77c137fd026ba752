import type { Labels } from "../shared/bridge.js";

/** What the launcher says before the frame, which knows all the words, has told its own: to open, to close. */
const known: Record<string, string> = {
  en: "Open chat|Close chat",
  de: "Chat öffnen|Chat schließen",
  fr: "Ouvrir le chat|Fermer le chat",
  es: "Abrir el chat|Cerrar el chat",
  it: "Apri la chat|Chiudi la chat",
  pt: "Abrir o chat|Fechar o chat",
  nl: "Chat openen|Chat sluiten",
  pl: "Otwórz czat|Zamknij czat",
  cs: "Otevřít chat|Zavřít chat",
  sv: "Öppna chatten|Stäng chatten",
  da: "Åbn chatten|Luk chatten",
  fi: "Avaa chat|Sulje chat",
  tr: "Sohbeti aç|Sohbeti kapat",
  uk: "Відкрити чат|Закрити чат",
  ru: "Открыть чат|Закрыть чат",
  ar: "فتح المحادثة|إغلاق المحادثة",
  he: "פתיחת הצ׳אט|סגירת הצ׳אט",
  ja: "チャットを開く|チャットを閉じる",
  ko: "채팅 열기|채팅 닫기",
  zh: "打开聊天|关闭聊天",
};

/** The words for a language tag such as `ar-EG`; English where there are none. */
export function labelsFor(locale: string): Labels {
  const [language = ""] = locale.toLowerCase().split(/[-_]/);
  const [open = "", close = ""] = (known[language] ?? known["en"] ?? "").split("|");
  return { open, close, unread: "{n}", frame: "Chat" };
}
