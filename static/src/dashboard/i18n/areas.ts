/** The parts of the dashboard that bring words of their own: one file per language and area. */
export const areas = ["shell", "auth", "inbox", "conversation", "contacts", "knowledge", "reports", "settings", "ui", "sites", "assistants", "integrations", "guide"] as const;

/** The languages of the dashboard, each by its own name. */
export const languages = [
  { code: "en", name: "English" },
  { code: "fr", name: "Français" },
  { code: "de", name: "Deutsch" },
  { code: "es", name: "Español" },
  { code: "ja", name: "日本語" },
  { code: "ar", name: "العربية" },
] as const;

/** The code of one of the languages. */
export type Language = (typeof languages)[number]["code"];

/** The words of one language: by area, then by key. */
export type Words = Record<(typeof areas)[number], Record<string, string>>;

/** Whether a language is written from right to left. */
export const directionOf = (language: string): "rtl" | "ltr" => (language === "ar" ? "rtl" : "ltr");
