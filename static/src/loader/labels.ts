import type { Labels } from "../shared/bridge.js";

/** The launcher's words before the frame, which knows more languages, has told its own. */
const known: Record<string, Labels> = {
  en: { open: "Open chat", close: "Close chat", unread: "{n} unread", frame: "Chat" },
  ar: { open: "فتح المحادثة", close: "إغلاق المحادثة", unread: "غير مقروءة: {n}", frame: "محادثة" },
};

/** The words for a language tag such as `ar-EG`; English where there are none. */
export function labelsFor(locale: string): Labels {
  const [language = ""] = locale.toLowerCase().split("-");
  return known[language] ?? (known["en"] as Labels);
}
