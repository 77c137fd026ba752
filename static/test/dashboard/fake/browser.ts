import { cleanup, configure } from "@testing-library/react";
import { notifications } from "@mantine/notifications";
import { afterEach, beforeEach } from "vitest";
import { startWords } from "../../../src/dashboard/i18n/index.js";

// What happy-dom has no layout for, and the parts of Mantine ask about.
class Silent {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}
globalThis.ResizeObserver ??= Silent as unknown as typeof ResizeObserver;
globalThis.IntersectionObserver ??= Silent as unknown as typeof IntersectionObserver;
// Lists draw only what is in sight, so something must be.
for (const [side, length] of [
  ["clientHeight", 700],
  ["clientWidth", 400],
] as const) {
  Object.defineProperty(HTMLElement.prototype, side, { configurable: true, get: () => length });
}
// Fields that grow measure themselves anew when a font has come.
if (!("fonts" in document)) Object.assign(document, { fonts: new EventTarget() });
// Whoever is asked says yes, unless a test has them say no.
window.confirm ??= () => true;
Element.prototype.scrollIntoView ??= () => undefined;

// Tests load no style sheet, so what an element says of itself is all there is; happy-dom would go through
// the variables of Mantine for every element above every one that is looked at, which took most of the time.
const usual: Record<string, string> = { display: "block", visibility: "visible", pointerEvents: "auto", overflow: "visible", position: "static" };
window.getComputedStyle = ((element: HTMLElement) =>
  new Proxy(element.style, {
    get(style, name) {
      if (name === "display" && element.hidden) return "none";
      if (name === "direction") return document.documentElement.dir || "ltr";
      if (name === "getPropertyValue") return (property: string) => style.getPropertyValue(property);
      const own: unknown = Reflect.get(style, name, style);
      return own === "" && typeof name === "string" ? (usual[name] ?? "") : typeof own === "function" ? own.bind(style) : own;
    },
  })) as typeof window.getComputedStyle;

// The machine may be slow and busy: only what never comes is not there within a minute.
configure({ asyncUtilTimeout: 60_000 });

beforeEach(async () => {
  localStorage.clear();
  sessionStorage.clear();
  await startWords("en");
});

afterEach(() => {
  cleanup();
  // Notices wait for room, which those of the last test would take.
  notifications.cleanQueue();
  notifications.clean();
});
