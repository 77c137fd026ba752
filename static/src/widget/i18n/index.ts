import en, { type Dictionary } from "./en.js";

/** A dictionary for each language; all but English are fetched when they are needed. */
export const dictionaries: Record<string, () => Promise<Dictionary>> = {
  en: async () => en,
  ar: async () => (await import("./ar.js")).default,
};

const rightToLeft = new Set(["ar", "fa", "he", "ur"]);

/** Words and spellings of one language. */
export interface Words {
  /** The language tag, for dates and for `lang`. */
  locale: string;
  direction: "ltr" | "rtl";
  /** A text, with its gaps filled in. */
  say(key: keyof Dictionary, gaps?: Record<string, string | number>): string;
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

/** Fetches the words for a language tag. */
export async function loadWords(locale: string): Promise<Words> {
  const load = dictionaries[languageOf(locale)];
  return load ? wordsOf(locale, await load()) : english;
}

function wordsOf(locale: string, dictionary: Dictionary): Words {
  return {
    locale,
    direction: rightToLeft.has(languageOf(locale)) ? "rtl" : "ltr",
    say: (key, gaps = {}) => dictionary[key].replace(/\{(\w+)\}/g, (gap, name: string) => String(gaps[name] ?? gap)),
  };
}

function languageOf(tag: string): string {
  return tag.toLowerCase().split(/[-_]/)[0] ?? "";
}
