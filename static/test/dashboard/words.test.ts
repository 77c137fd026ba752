import { expect, test } from "vitest";
import { firstAreas, languages, laterAreas } from "../../src/dashboard/i18n/areas.js";

type Words = Record<string, Record<string, string>>;

const files = import.meta.glob<{ default: Words }>("../../src/dashboard/i18n/*/{index,later}.ts");
const areas = [...firstAreas, ...laterAreas];

async function load(code: string): Promise<Words> {
  const [first, later] = await Promise.all(["index", "later"].map((name) => files[`../../src/dashboard/i18n/${code}/${name}.ts`]?.()));
  return { ...first?.default, ...later?.default };
}
const en = await load("en");

const plural = /_(zero|one|two|few|many|other)$/;
const baseOf = (key: string): string => key.replace(plural, "");
const holes = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = ""]) => name).sort();

/** The keys a language needs: English's, with its own forms of plurals. */
function needed(code: string, area: Record<string, string>): string[] {
  const forms = new Intl.PluralRules(code).resolvedOptions().pluralCategories;
  const counted = new Set(Object.keys(area).filter((key) => plural.test(key)).map(baseOf));
  const plain = Object.keys(area).filter((key) => !plural.test(key));
  return [...plain, ...[...counted].flatMap((base) => forms.map((form) => `${base}_${form}`))].sort();
}

for (const { code } of languages) {
  for (const area of areas) {
    test(`${code} has every word of ${area}, and none besides`, async () => {
      const words = (await load(code))[area] ?? {};
      expect(Object.keys(words).sort()).toEqual(needed(code, en[area] ?? {}));
      for (const [key, text] of Object.entries(words)) {
        expect(text.trim(), key).not.toBe("");
        // These stand between a word and its area or its parts: such a key is not found, and half of it shown instead.
        expect(key).not.toMatch(/[:.]/);
      }
    });

    test(`${code} fills the same holes in ${area} as English`, async () => {
      const english = en[area] ?? {};
      for (const [key, text] of Object.entries((await load(code))[area] ?? {})) {
        const model = english[key] ?? english[`${baseOf(key)}_other`] ?? "";
        const mine = holes(text).filter((name) => name !== "count");
        expect(mine, key).toEqual(holes(model).filter((name) => name !== "count"));
      }
    });
  }
}
