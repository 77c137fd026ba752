import { useEffect, useRef, useState } from "preact/hooks";
import { inkOn, type Wish } from "../shared/bridge.js";
import { Framed, frameOf } from "./framed.js";
import type { Settings } from "./settings.js";

type Wanted = Wish & { theme: Record<string, string> };

/** What the frame is told of the choices, in the words of the loader. */
export function wishOf({ color, mode, radius, greeting, locale }: Settings): Wanted {
  const theme: Record<string, string> = { color, mode, radius: String(radius) };
  if (greeting.trim()) theme["greeting"] = greeting.trim();
  return { locale: locale || "en", pinned: true, color, theme };
}

/** The true widget on a page of nobody: the frame itself, which hears each choice at once. */
export function Preview({ settings, siteKey }: { settings: Settings; siteKey: string }) {
  const [open, setOpen] = useState(true);
  const frame = useRef<HTMLIFrameElement>(null);
  const [framed] = useState(() => new Framed(() => setOpen(false)));
  const wish = wishOf(settings);
  useEffect(() => framed.wish(wish), [JSON.stringify(wish)]);
  const style = { "--color": settings.color, "--ink": inkOn(settings.color) };
  return (
    <div class={`stage ${settings.side} ${settings.mode}`} style={style}>
      <Wireframe />
      <iframe
        ref={frame}
        class={open ? "" : "shut"}
        title="Preview of the widget"
        src={frameOf(siteKey)}
        onLoad={() => framed.greet(frame.current, wish)}
        style={{ borderRadius: `${Math.max(8, settings.radius + 2)}px` }}
      />
      <button type="button" class="launcher" aria-expanded={open} aria-label={open ? "Close the preview" : "Open the preview"} onClick={() => setOpen(!open)}>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d={open ? "M6 9.5l6 6 6-6" : "M4 11.5c0-4.1 3.6-7 8-7s8 2.9 8 7-3.6 7-8 7c-1 0-2-.2-2.9-.5L4.5 19.5l1.2-3.4A6.7 6.7 0 0 1 4 11.5z"} />
        </svg>
      </button>
    </div>
  );
}

/** A page that could be anybody's, so that one sees where the widget stands. */
const Wireframe = () => (
  <div class="wireframe" aria-hidden="true">
    <i class="bar" />
    <i class="title" />
    <i class="line" />
    <i class="line short" />
    <i class="tile" />
    <i class="tile" />
    <i class="tile" />
  </div>
);
