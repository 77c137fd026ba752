/** The areas whose words are there from the beginning: one file per language and area. */
export const firstAreas = ["shell", "auth", "inbox", "conversation", "ui", "guide"] as const;

/** The areas whose words come with the first page that is not the inbox. */
export const laterAreas = ["contacts", "knowledge", "reports", "settings", "sites", "assistants", "integrations", "channels"] as const;

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

/** Words of one language: by area, then by key. */
export type Words<Area extends string> = Record<Area, Record<string, string>>;

/** Whether a language is written from right to left. */
export const directionOf = (language: string): "rtl" | "ltr" => (language === "ar" ? "rtl" : "ltr");
