import { lazyRouteComponent } from "@tanstack/react-router";
import { speakLater } from "../i18n/index.js";

/** A page that is loaded when somebody goes there, and with it the words that it may say. */
export function lazyPage<Module extends Record<string, unknown>, Name extends keyof Module & string>(load: () => Promise<Module>, name: Name) {
  return lazyRouteComponent(async () => {
    const [page] = await Promise.all([load(), speakLater()]);
    return page;
  }, name);
}
