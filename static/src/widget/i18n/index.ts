import type { Dictionary, Key, Text } from "./en.js";

const english = () => import("./en.js");

/** A dictionary for each language, fetched when it is needed: a visitor reads one of them. */
export const dictionaries: Record<string, () => Promise<{ default: Dictionary }>> = {
  en: english,
  de: () => import("./de.js"),
  fr: () => import("./fr.js"),
  es: () => import("./es.js"),
  it: () => import("./it.js"),
  pt: () => import("./pt.js"),
  nl: () => import("./nl.js"),
  pl: () => import("./pl.js"),
  cs: () => import("./cs.js"),
  sv: () => import("./sv.js"),
  da: () => import("./da.js"),
  fi: () => import("./fi.js"),
  tr: () => import("./tr.js"),
  uk: () => import("./uk.js"),
  ru: () => import("./ru.js"),
  ar: () => import("./ar.js"),
  he: () => import("./he.js"),
  ja: () => import("./ja.js"),
  ko: () => import("./ko.js"),
  zh: () => import("./zh.js"),
};

const rightToLeft = new Set(["ar", "fa", "he", "ur"]);
/** Hebrew has had two codes. */
const renamed: Record<string, string> = { iw: "he" };

/** What fills the gaps of a text. */
export type Gaps = Record<string, string | number>;

/** Words and spellings of one language. */
export interface Words {
  /** The language tag, for dates and for `lang`. */
  locale: string;
  direction: "ltr" | "rtl";
  /** A text in the plural form that `n` asks for, with its gaps filled in. */
  say(key: Key, gaps?: Gaps): string;
}

/** What can be said before any language is there, and where none can be had. */
const first: Partial<Dictionary> = {
  title: "Chat",
  close: "Close chat",
  back: "Back",
  loading: "Loading…",
  retry: "Try again",
  refused: "This chat is not available here.",
  unreachable: "The chat cannot be reached at the moment. Trying again…",
};

/** The words of the first moment. */
export const bare: Words = wordsOf("en", first);

/** What the choice of a language depends on. */
export interface Wishes {
  /** The site's setting; empty lets page and browser decide. */
  site: string;
  /** The language of the customer's page. */
  page: string;
  /** The page insists on its language. */
  pinned: boolean;
  /** What the browser asks for, the most wanted first. */
  browser: readonly string[];
}

/** The first wish that there is a dictionary for: the pinned page's, the site's, the page's, the browser's. */
export function chooseLocale({ site, page, pinned, browser }: Wishes): string {
  const wishes = pinned ? [page, site, ...browser] : [site, page, ...browser];
  return wishes.find((tag) => languageOf(tag) in dictionaries) ?? "en";
}

/** Fetches the words for a language tag, English where there are none; null where they cannot be had. */
export async function loadWords(locale: string): Promise<Words | null> {
  const load = dictionaries[languageOf(locale)];
  try {
    return load ? wordsOf(locale, (await load()).default) : wordsOf("en", (await english()).default);
  } catch {
    return null;
  }
}

function wordsOf(tag: string, dictionary: Partial<Dictionary>): Words {
  const locale = soundTag(tag);
  const plural = new Intl.PluralRules(locale);
  const number = new Intl.NumberFormat(locale);
  return {
    locale,
    direction: rightToLeft.has(languageOf(locale)) ? "rtl" : "ltr",
    say: (key, gaps = {}) => {
      const text = formOf(dictionary[key], plural, gaps["n"]);
      return text.replace(/\{(\w+)\}/g, (gap, name: string) => {
        const value = gaps[name] ?? gap;
        return typeof value === "number" ? number.format(value) : value;
      });
    },
  };
}

function formOf(text: Text = "", plural: Intl.PluralRules, n: string | number | undefined): string {
  if (typeof text === "string") return text;
  return text[plural.select(Number(n))] ?? text.other;
}

/** A tag that `Intl` understands: pages write `pt_BR`, and worse. */
function soundTag(tag: string): string {
  const spelled = tag.replaceAll("_", "-");
  try {
    return Intl.getCanonicalLocales(spelled)[0] ?? "en";
  } catch {
    return languageOf(tag);
  }
}

function languageOf(tag: string): string {
  const language = tag.toLowerCase().split(/[-_]/)[0] ?? "";
  return renamed[language] ?? language;
}
