import type { Labels } from "../shared/bridge.js";

/** The launcher's words before the frame, which knows more languages, has told its own. */
const known: Record<string, [open: string, close: string, frame: string]> = {
  en: ["Open chat", "Close chat", "Chat"],
  ar: ["فتح المحادثة", "إغلاق المحادثة", "محادثة"],
};

/** The words for a language tag such as `ar-EG`; English where there are none. Unread messages come with a frame. */
export function labelsFor(locale: string): Labels {
  const [open, close, frame] = known[locale.slice(0, 2)] ?? known["en"]!;
  return { open, close, frame, unread: "" };
}
