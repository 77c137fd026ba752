import { Widget } from "./widget.js";

/** The one global of the loader: `Parley('open')`, `Parley('on', 'unread', listener)`, … */
export interface ParleyFunction {
  (act: string, ...details: unknown[]): void;
  /** Calls made before the loader was there, by a stub that the page may define. */
  q?: ArrayLike<unknown>[];
  loaded?: true;
}

type Slot = { Parley?: ParleyFunction };

const acts = ["open", "close", "toggle", "shutdown", "on", "off"] as const;

/**
 * Starts the widget that a script tag asks for: defines the global, draws the launcher, then makes up
 * for the calls that came too early. A second tag on the same page changes nothing.
 */
export function boot(script: HTMLScriptElement | null, slot: Slot = window as Slot): void {
  const siteKey = script?.dataset["siteKey"];
  if (!script || !siteKey) return console.error("Parley: the script tag needs a data-site-key");
  if (slot.Parley?.loaded) return;
  const waiting = Array.from(slot.Parley?.q ?? [], (call) => Array.from(call));
  let widget: Widget | null = null;

  const end = () => {
    widget = null;
    delete slot.Parley;
  };
  const drain = () => {
    while (widget && waiting.length > 0) perform(widget, waiting.shift() ?? [], end);
  };
  const parley: ParleyFunction = (...call) => {
    waiting.push(call);
    drain();
  };
  parley.loaded = true;
  slot.Parley = parley;

  whenBodyExists(() => {
    widget = new Widget({ origin: new URL(script.src).origin, siteKey, attributes: script.dataset });
    drain();
  });
}

function perform(widget: Widget, [act, name, listener]: unknown[], end: () => void): void {
  if (!acts.includes(act as (typeof acts)[number])) return console.error(`Parley: unknown call "${act}"`);
  if (act === "on" || act === "off") return widget[act](String(name), listener as () => void);
  widget[act as "open" | "close" | "toggle" | "shutdown"]();
  if (act === "shutdown") end();
}

function whenBodyExists(act: () => void): void {
  if (document.body) act();
  else document.addEventListener("DOMContentLoaded", act, { once: true });
}
