import { ar } from "./ar.js";

type Parley = ((...call: unknown[]) => void) & { q?: unknown[][] };
type Page = Window & { Parley?: Parley };

/** Arabic if the address asks for it, or the browser does and the address does not say otherwise. */
export function wantsArabic(address: string, language: string): boolean {
  return (new URL(address).searchParams.get("lang") ?? language).startsWith("ar");
}

/** Says everything on the page in Arabic, from right to left, the chat included. */
export function speakArabic(document: Document): void {
  Object.assign(document.documentElement, { lang: "ar", dir: "rtl" });
  document.title = ar["title"] ?? document.title;
  for (const element of document.querySelectorAll<HTMLElement>("[data-say]")) {
    element.textContent = ar[element.dataset["say"] ?? ""] ?? element.textContent;
  }
  for (const element of document.querySelectorAll<HTMLElement>("[data-label]")) {
    element.setAttribute("aria-label", ar[element.dataset["label"] ?? ""] ?? "");
  }
  for (const link of document.querySelectorAll<HTMLAnchorElement>("[data-language]")) {
    Object.assign(link, { lang: "en", textContent: "English" });
  }
  const script = document.querySelector<HTMLElement>("script[data-site-key]");
  if (script) Object.assign(script.dataset, { locale: "ar", position: "left" });
}

/** The way to the other language keeps what else the address says: the site whose chat it is. */
export function wireLanguages(document: Document, address: string): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>("[data-language]")) {
    const query = new URL(address).searchParams;
    query.set("lang", link.lang);
    link.href = `?${query}`;
  }
}

/** Buttons on the page open the chat, also those pressed before the loader has come. */
export function wireButtons(page: Page): void {
  for (const button of page.document.querySelectorAll("[data-chat]")) {
    button.addEventListener("click", () => {
      page.Parley ??= waiting();
      page.Parley("open");
    });
  }
}

/** Keeps calls until the loader makes up for them. */
function waiting(): Parley {
  const stub: Parley = (...call) => (stub.q ??= []).push(call);
  return stub;
}

if (wantsArabic(location.href, navigator.language)) speakArabic(document);
wireLanguages(document, location.href);
wireButtons(window as Page);
