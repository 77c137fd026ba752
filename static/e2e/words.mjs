// The widget's own words, read from its sources, so that the suites look for what is really said.
import { readFileSync } from "node:fs";

/** The plain texts of one language, by their keys. */
export function wordsOf(language) {
  const source = readFileSync(new URL(`../src/widget/i18n/${language}.ts`, import.meta.url), "utf8");
  const lines = source.matchAll(/^ {2}(\w+): ("(?:[^"\\]|\\.)*"),$/gm);
  return Object.fromEntries([...lines].map(([, key, text]) => [key, JSON.parse(text)]));
}
