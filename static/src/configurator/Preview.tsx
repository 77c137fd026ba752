import { useEffect, useRef, useState } from "preact/hooks";
import { handover, inkOn, type ToFrame, type Wish } from "../shared/bridge.js";
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
  const port = useRef<MessagePort | null>(null);
  const page = { url: location.href, title: document.title, referrer: "" };
  const wish = wishOf(settings);
  // A preview that took the cursor with every choice could not be configured: the panel counts as closed.
  const hello: ToFrame = { type: "hello", page, wish, open: false };
  const greet = () => {
    const { port1, port2 } = new MessageChannel();
    port.current?.close();
    port.current = port1;
    port1.onmessage = ({ data }) => data.type === "close" && setOpen(false);
    port1.postMessage(hello);
    frame.current?.contentWindow?.postMessage(handover, location.origin, [port2]);
  };
  useEffect(() => port.current?.postMessage(hello), [JSON.stringify(wish)]);
  const style = { "--color": settings.color, "--ink": inkOn(settings.color) };
  return (
    <div class={`stage ${settings.side} ${settings.mode}`} style={style}>
      <Wireframe />
      <iframe
        ref={frame}
        class={open ? "" : "shut"}
        title="Preview of the widget"
        src={`/widget?site_key=${encodeURIComponent(siteKey)}`}
        onLoad={greet}
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
