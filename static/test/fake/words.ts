import { loadWords, type Words } from "../../src/widget/i18n/index.js";

/** The words of a language that is known to be there. */
export async function wordsIn(locale: string): Promise<Words> {
  const words = await loadWords(locale);
  if (!words) throw new Error(`no words for ${locale}`);
  return words;
}

export const english = await wordsIn("en");
