import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { keepChoice, keptChoice } from "../ui/keep.js";
import { directionOf, type firstAreas, type Language, languages, type laterAreas, type Words } from "./areas.js";

const key = "parley.language";

/** Each language is loaded when somebody wants it; every one is complete, so none needs another. */
const first: Record<Language, () => Promise<{ default: Words<(typeof firstAreas)[number]> }>> = {
  en: () => import("./en/index.js"),
  fr: () => import("./fr/index.js"),
  de: () => import("./de/index.js"),
  es: () => import("./es/index.js"),
  ja: () => import("./ja/index.js"),
  ar: () => import("./ar/index.js"),
};

/** The words of the pages that are loaded when somebody goes there. */
const later: Record<Language, () => Promise<{ default: Words<(typeof laterAreas)[number]> }>> = {
  en: () => import("./en/later.js"),
  fr: () => import("./fr/later.js"),
  de: () => import("./de/later.js"),
  es: () => import("./es/later.js"),
  ja: () => import("./ja/later.js"),
  ar: () => import("./ar/later.js"),
};

let wantsLater = false;

const known = (code: string | null | undefined): code is Language => languages.some((language) => language.code === code);

/** The language that was chosen here before, else the first of the browser's that we have. */
export function wantedLanguage(): Language {
  const kept = keptChoice(key);
  if (known(kept)) return kept;
  return navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find(known) ?? "en";
}

function learn(language: Language, words: Words<string>): void {
  for (const [area, texts] of Object.entries(words)) i18next.addResourceBundle(language, area, texts, true, true);
}

/** Loads the words of the pages that are not there from the beginning; to be waited for before one is drawn. */
export async function speakLater(language: Language = spoken()): Promise<void> {
  wantsLater = true;
  if (i18next.hasResourceBundle(language, "settings")) return;
  learn(language, (await later[language]()).default);
}

let turn = 0;

/** Loads a language and has everything say it; the last that was asked for, whichever comes first. */
export async function speak(language: Language): Promise<void> {
  const mine = ++turn;
  const [words] = await Promise.all([first[language](), wantsLater && speakLater(language)]);
  learn(language, words.default);
  // Somebody may have gone to another page meanwhile.
  if (wantsLater) await speakLater(language);
  if (mine !== turn) return;
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  document.documentElement.dir = directionOf(language);
}

/** Chooses a language for this browser. */
export async function chooseLanguage(language: Language): Promise<void> {
  await speak(language);
  if (spoken() === language) keepChoice(key, language);
}

/** Sets the words up; to be waited for before anything is drawn. */
export async function startWords(language: Language): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    defaultNS: "shell",
    resources: {},
    keySeparator: false,
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  await speak(language);
}

/** The language that is spoken now, for `Intl`. */
export const spoken = (): Language => (known(i18next.language) ? i18next.language : "en");
