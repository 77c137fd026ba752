import { act, renderHook, screen, waitFor } from "@testing-library/react";
import i18next from "i18next";
import { afterEach, expect, test, vi } from "vitest";
import { directionOf, firstAreas, languages, laterAreas } from "../../src/dashboard/i18n/areas.js";
import { chooseLanguage, speak, speakLater, spoken } from "../../src/dashboard/i18n/index.js";
import { useSentence } from "../../src/dashboard/ui/sentence.js";
import { ApiError } from "../../src/dashboard/api/errors.js";
import { lost } from "./fake/answers.js";
import { open } from "./fake/open.js";

/** Languages whose words come when the test lets them. */
const gates = vi.hoisted(() => ({ de: Promise.resolve(), es: Promise.resolve() }) as Record<string, Promise<void>>);
vi.mock("../../src/dashboard/i18n/de/index.js", async (original) => (await gates.de, await original()));
vi.mock("../../src/dashboard/i18n/es/index.js", async (original) => (await gates.es, await original()));

function gate(language: string): () => void {
  let go = (): void => undefined;
  gates[language] = new Promise((resolve) => (go = resolve));
  return go;
}

afterEach(async () => {
  vi.restoreAllMocks();
  await speak("en");
});

// These come first: a language that was loaded once is there at once.
test("of two languages that are chosen one after the other the last one is spoken and kept, whichever comes first", async () => {
  const german = gate("de");
  const first = chooseLanguage("de");
  await chooseLanguage("fr");
  german();
  await first;
  expect([spoken(), document.documentElement.lang, localStorage.getItem("parley.language")]).toEqual(["fr", "fr", "fr"]);
});

test("a page that is gone to while a language is loaded has its words in it", async () => {
  const spanish = gate("es");
  const app = open("/inbox");
  await screen.findByText("A quiet moment");
  const chosen = chooseLanguage("es");
  await app.router.navigate({ to: "/settings/labels" });
  await screen.findByRole("heading", { name: "Labels" });
  spanish();
  await act(() => chosen);
  expect(await screen.findByRole("heading", { name: "Etiquetas" })).toBeTruthy();
  expect(screen.queryByText(/^labels|settings:/)).toBeNull();
});

test("a language that cannot be loaded changes nothing, and is not kept", async () => {
  await speak("en");
  vi.spyOn(i18next, "changeLanguage").mockImplementationOnce(lost);
  await expect(chooseLanguage("ja")).rejects.toThrow("Failed to fetch");
  expect([spoken(), document.documentElement.lang, localStorage.getItem("parley.language")]).toEqual(["en", "en", null]);
});

test("every language is heard by the whole page: words, direction and the parts of Mantine", async () => {
  open("/settings/labels");
  await screen.findByRole("heading", { name: "Labels" });
  for (const { code } of languages) {
    await act(() => chooseLanguage(code));
    expect([document.documentElement.lang, document.documentElement.dir]).toEqual([code, directionOf(code)]);
    await waitFor(() => expect(screen.getByRole("link", { name: i18next.t("settings:labels"), current: "page", hidden: true })).toBeTruthy());
  }
});

const plurals: Record<string, number[]> = { en: [0, 1, 2, 21], de: [0, 1, 2], fr: [0, 1, 2, 1_000_000], es: [0, 1, 2, 1_000_000], ja: [0, 1, 2], ar: [0, 1, 2, 3, 10, 11, 99, 100, 102, 1000] };

for (const { code } of languages) {
  test(`${code}: whatever is counted has words for every number, with the number where it is meant to be read`, async () => {
    await speak(code);
    await speakLater(code);
    const counted = new Set<string>();
    for (const area of [...firstAreas, ...laterAreas]) {
      for (const key of Object.keys(i18next.getResourceBundle(code, area) as object)) {
        const base = /^(.+)_(?:zero|one|two|few|many|other)$/.exec(key)?.[1];
        if (base) counted.add(`${area}:${base}`);
      }
    }
    expect(counted.size).toBeGreaterThan(3);
    for (const name of counted) {
      for (const count of plurals[code] ?? []) {
        const text = i18next.t(name as "ui:name", { count, name: "N", text: "T" } as Record<string, unknown>);
        expect(text, `${name} for ${count}`).not.toBe(name.split(":")[1]);
        expect(text, `${name} for ${count}`).not.toMatch(/\{\{count/);
      }
    }
  });

  test(`${code}: what is said of roles, kinds, channels and finds by names that are put together is there`, async () => {
    await speak(code);
    await speakLater(code);
    const names = [
      ...["owner", "admin", "agent"].flatMap((role) => [`settings:${role}`, `settings:${role}Hint`]),
      ...["text", "email", "phone", "textarea"].map((type) => `sites:type${type}`),
      ...["chat", "whatsapp", "instagram", "sms", "email", "voice", "api"].map((channel) => `ui:${channel}`),
      ...["conversations", "messages", "contacts", "articles"].map((kind) => `shell:found_${kind}`),
      ...["mergeMoves", "mergeTakes", "mergeKept", "mergeGone"].map((line) => `contacts:${line}`),
      ...["succeeded", "failed", "pending"].map((status) => `integrations:${status}`),
    ];
    for (const name of names) expect(i18next.exists(name), name).toBe(true);
  });

  test(`${code}: names of people are put in as they are, with the signs of HTML and of our own words`, async () => {
    await speak(code);
    await speakLater(code);
    for (const name of ["<b>Ann</b> & Co", "{{name}}", "$t(ui:all)", "O'Neil \"the\""]) {
      const text = i18next.t("settings:deleteLabel", { name });
      expect(text.includes(name) || /\$t|\{\{/.test(name), `${text} with ${name}`).toBe(true);
      expect(text).not.toContain("&lt;");
    }
  });

  test(`${code}: every failure has a sentence of its own that is no English, no code and no name of a word`, async () => {
    await speak(code);
    const { result } = renderHook(() => useSentence());
    const told = [0, 403, 404, 429, 500].map((status) => result.current(new ApiError({ code: status, kind: "x", message: "" })));
    expect(new Set(told).size).toBe(5);
    for (const text of told) expect(text).not.toMatch(/^error[A-Z]|\d{3}/);
    if (code !== "en") for (const text of told) expect(text).not.toMatch(/\b(the|you|server cannot|wrong)\b/i);
  });
}
