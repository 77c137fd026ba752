import { useSyncExternalStore } from "react";

/** Per tab, so that one may try things in one tab and work in another. */
const key = "parley.sandbox";

let chosen = read();
const listeners = new Set<() => void>();

function read(): boolean {
  try {
    return sessionStorage.getItem(key) === "1";
  } catch {
    return false;
  }
}

/** Whether this tab works on the sandbox. */
export const inSandbox = (): boolean => chosen;

/** Turns test mode on or off for this tab. */
export function chooseSandbox(on: boolean): void {
  chosen = on;
  try {
    if (on) sessionStorage.setItem(key, "1");
    else sessionStorage.removeItem(key);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  for (const tell of listeners) tell();
}

/** Whether this tab works on the sandbox, as a hook. */
export const useSandbox = (): boolean =>
  useSyncExternalStore((tell) => {
    listeners.add(tell);
    return () => listeners.delete(tell);
  }, inSandbox);
