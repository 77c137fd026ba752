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

// The machine may be busy: what is waited for comes, but not always within a second.
configure({ asyncUtilTimeout: 5000 });

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
