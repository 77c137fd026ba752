import type { Theme } from "../shared/bridge.js";

const known = /^--parley-[a-z-]+$/;

/** Puts on what the customer's page asked for: custom properties, and light or dark. */
export function wear(theme: Theme, root: HTMLElement = document.documentElement): void {
  for (const name of Array.from(root.style)) if (known.test(name)) root.style.removeProperty(name);
  for (const [name, value] of Object.entries(theme)) {
    if (known.test(name)) root.style.setProperty(name, String(value));
  }
  const { mode } = theme;
  if (mode === "light" || mode === "dark") root.dataset["mode"] = mode;
  else delete root.dataset["mode"];
}
