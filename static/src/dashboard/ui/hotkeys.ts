import { useEffect, useRef, useSyncExternalStore } from "react";

/** One key, or keys in turn (`g i`), or with Ctrl/⌘ (`mod+k`), and what it does. */
export interface Hotkey {
  keys: string;
  /** What it does, for the list that `?` shows and for the command palette. */
  label: string;
  group: "general" | "list" | "conversation";
  run: () => void;
  /** Works in fields, too. */
  everywhere?: boolean;
  /** Left out of the palette: moving by one line is no command. */
  quiet?: boolean;
  /** Goes on for as long as it is held down; what is done to something is done once. */
  repeats?: boolean;
}

const registered = new Set<{ current: readonly Hotkey[] }>();
const listeners = new Set<() => void>();
let snapshot: readonly Hotkey[] = [];

const publish = (): void => {
  // What a command does changes with every drawing, its name does not: it is looked up when it is run.
  snapshot = [...registered].flatMap((ref) => ref.current.map((hotkey, i) => ({ ...hotkey, run: () => ref.current[i]?.run() })));
  for (const tell of listeners) tell();
};

/** Registers keys for as long as the component is there. What registered last wins. */
export function useHotkeys(hotkeys: readonly Hotkey[]): void {
  const ref = useRef(hotkeys);
  ref.current = hotkeys;
  const names = hotkeys.map(({ keys, label }) => `${keys}\t${label}`).join("\n");
  useEffect(() => {
    registered.add(ref);
    publish();
    return () => {
      registered.delete(ref);
      publish();
    };
  }, [names]);
}

/** All keys that work at the moment. */
export const useRegisteredHotkeys = (): readonly Hotkey[] =>
  useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => snapshot,
  );

const writes = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) && !(target instanceof HTMLInputElement && /^(checkbox|radio|button)$/.test(target.type));

/** Whether a key belongs to an input method. Safari calls a choice finished before it tells of the Enter that made it, and marks that Enter by its code alone. */
export const composing = (event: Pick<KeyboardEvent, "isComposing" | "keyCode">): boolean => event.isComposing || event.keyCode === 229;

/** A dialog or a menu has its own keys. */
const inLayer = (target: EventTarget | null): boolean => target instanceof Element && target.closest('[role="dialog"],[role="menu"],[role="listbox"]') !== null;

/** The name of what was pressed, as hotkeys spell it. A keyboard that writes no Latin letters has the keys at the same places. */
export function spell(event: KeyboardEvent): string {
  const mod = event.ctrlKey || event.metaKey ? "mod+" : "";
  const shift = event.shiftKey && event.key.length > 1 ? "shift+" : "";
  const place = event.key.length === 1 && event.key > "\x7f" ? /^Key([A-Z])$/.exec(event.code)?.[1] : undefined;
  const key = place ?? event.key;
  return mod + shift + (key.length === 1 ? key.toLowerCase() : key);
}

const patience = 900;

/** Listens for all registered keys; called once, by the shell. Gives the end of listening. */
export function listenForHotkeys(target: Pick<Window, "addEventListener" | "removeEventListener"> = window): () => void {
  let first = { key: "", at: 0 };
  const onKey = (event: Event): void => {
    if (!(event instanceof KeyboardEvent) || event.defaultPrevented || composing(event) || event.altKey) return;
    const key = spell(event);
    const fields = writes(event.target);
    const hotkeys = [...registered].flatMap((ref) => ref.current).reverse();
    const pair = Date.now() - first.at < patience ? `${first.key} ${key}` : "";
    const found = hotkeys.find((hotkey) => hotkey.keys === pair) ?? hotkeys.find((hotkey) => hotkey.keys === key);
    first = { key, at: Date.now() };
    if (!found || (!found.everywhere && (fields || inLayer(event.target)))) return;
    first.at = 0;
    event.preventDefault();
    if (!event.repeat || found.repeats) found.run();
  };
  target.addEventListener("keydown", onKey);
  return () => target.removeEventListener("keydown", onKey);
}

const apple = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? "");

/** The parts of a key to show one by one: `mod+k` is ⌘ and K. */
export const shownKeys = (keys: string): string[] =>
  keys.split(/[ +](?=.)/).map((part) => (part === "mod" ? (apple ? "⌘" : "Ctrl") : part === "Enter" ? "↵" : part === "Escape" ? "Esc" : part === "shift" ? "⇧" : part.length === 1 ? part.toUpperCase() : part));
