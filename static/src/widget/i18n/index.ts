import en, { type Dictionary, type Key, type Text } from "./en.js";

/** A dictionary for each language; all but English are fetched when they are needed. */
export const dictionaries: Record<string, () => Promise<Dictionary>> = {
  en: async () => en,
  de: async () => (await import("./de.js")).default,
  fr: async () => (await import("./fr.js")).default,
  es: async () => (await import("./es.js")).default,
  it: async () => (await import("./it.js")).default,
  pt: async () => (await import("./pt.js")).default,
  nl: async () => (await import("./nl.js")).default,
  pl: async () => (await import("./pl.js")).default,
  cs: async () => (await import("./cs.js")).default,
  sv: async () => (await import("./sv.js")).default,
  da: async () => (await import("./da.js")).default,
  fi: async () => (await import("./fi.js")).default,
  tr: async () => (await import("./tr.js")).default,
  uk: async () => (await import("./uk.js")).default,
  ru: async () => (await import("./ru.js")).default,
  ar: async () => (await import("./ar.js")).default,
  he: async () => (await import("./he.js")).default,
  ja: async () => (await import("./ja.js")).default,
  ko: async () => (await import("./ko.js")).default,
  zh: async () => (await import("./zh.js")).default,
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

/** English, there from the first moment. */
export const english: Words = wordsOf("en", en);

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

/** Fetches the words for a language tag; English where there are none, or where they cannot be had. */
export async function loadWords(locale: string): Promise<Words> {
  const load = dictionaries[languageOf(locale)];
  const dictionary = await load?.().catch(() => undefined);
  return dictionary ? wordsOf(locale, dictionary) : english;
}

function wordsOf(tag: string, dictionary: Dictionary): Words {
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

function formOf(text: Text, plural: Intl.PluralRules, n: string | number | undefined): string {
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
