import { makeWidget, type Widget } from "./widget.js";

/** The one global of the loader: `Parley('open')`, `Parley('on', 'unread', listener)`, … */
export interface ParleyFunction {
  (act: string, ...details: unknown[]): unknown;
  /** Calls made before the loader was there, by a stub that the page may define. */
  q?: Iterable<unknown>[];
  loaded?: true;
}

type Slot = { Parley?: ParleyFunction | undefined };

/** What `Parley('boot', …)` may say, and wins over the script tag with. */
type Options = Record<string, string>;

/**
 * Starts the widget that a script tag asks for: defines the global, draws the launcher, then makes up
 * for the calls that came too early. A second tag on the same page changes nothing. A tag without a site
 * key waits for `Parley('boot', {siteKey})`.
 */
export function boot(script: HTMLScriptElement | null, slot: Slot = window as Slot): void {
  const stub = slot.Parley;
  if (stub?.loaded) return;
  // What the page itself calls so has no queue, and is left alone.
  if (!script || (stub && !stub.q)) return console.error(`Parley: ${script ? "the name is taken" : "load it without type=module"}`);
  const waiting = [...(stub?.q ?? [])];
  const { origin } = new URL(script.src);
  let widget: Widget | null = null;
  let ready = false;

  const start = (options: Options = {}) => {
    const asked = (): DOMStringMap => ({ ...script.dataset, ...options });
    const { siteKey } = asked();
    if (widget || !siteKey) return;
    slot.Parley = parley;
    widget = makeWidget({ origin, siteKey, asked });
  };
  const perform = ([act, ...details]: Iterable<unknown>) => {
    const name = act as keyof Widget;
    if (act === "boot") start(details[0] as Options);
    else if (!widget) return;
    else if (Object.hasOwn(widget, name)) {
      const acted = (widget[name] as (...details: unknown[]) => unknown)(...details);
      if (act !== "shutdown") return acted;
      widget = null;
      // What the page declared by `var` cannot be deleted.
      slot.Parley = undefined;
      delete slot.Parley;
    } else console.error(`Parley: unknown call "${act}"`);
  };
  const parley: ParleyFunction = (...call) => {
    if (ready) return perform(call);
    waiting.push(call);
  };
  parley.loaded = true;
  slot.Parley = parley;

  const begin = () => {
    ready = true;
    start();
    waiting.forEach(perform);
  };
  if (document.body) begin();
  else document.addEventListener("DOMContentLoaded", begin);
}
