import { soundColor } from "../shared/bridge.js";
import type { Mode } from "../widget/look.js";

/** What the page lets one choose. Empty texts leave it to the site's settings. */
export interface Settings {
  color: string;
  side: "right" | "left";
  mode: Mode;
  radius: number;
  greeting: string;
  locale: string;
}

/** What is chosen at first. */
export const usual: Settings = { color: "#3b5bdb", side: "right", mode: "auto", radius: 18, greeting: "", locale: "" };

/** Colours to begin with; any other can be typed. */
export const swatches = ["#3b5bdb", "#0f766e", "#1d8a55", "#7c3aed", "#c2255c", "#d9480f", "#f2b705", "#16181d"];

/** The languages of the widget, by their own names. */
export const languages: Record<string, string> = {
  en: "English",
  de: "Deutsch",
  fr: "Français",
  es: "Español",
  it: "Italiano",
  pt: "Português",
  nl: "Nederlands",
  pl: "Polski",
  cs: "Čeština",
  sv: "Svenska",
  da: "Dansk",
  fi: "Suomi",
  tr: "Türkçe",
  uk: "Українська",
  ru: "Русский",
  ar: "العربية",
  he: "עברית",
  ja: "日本語",
  ko: "한국어",
  zh: "中文",
};

/** A colour as somebody types it, `#` or not, short or long; null while it is none. */
export function typedColor(text: string): string | null {
  const digits = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.trim())?.[1];
  return digits ? soundColor(`#${digits}`).toLowerCase() : null;
}

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** The line for the customer's page: only what differs from what the site says anyway. */
export function snippetOf(settings: Settings, origin: string, siteKey: string): string {
  const { color, side, mode, radius, greeting, locale } = settings;
  const attributes = [
    ["src", `${origin.replace(/\/$/, "")}/widget.js`],
    ["data-site-key", siteKey],
    ["data-color", color],
    ["data-position", side === "left" ? "left" : ""],
    ["data-mode", mode === "auto" ? "" : mode],
    ["data-radius", radius === usual.radius ? "" : String(radius)],
    ["data-greeting", greeting.trim()],
    ["data-locale", locale],
  ];
  const said = attributes.filter(([, value]) => value).map(([name, value]) => `${name}="${escape(value ?? "")}"`);
  return `<script ${said.join("\n        ")}\n        async></script>`;
}
