import { handover, type ToFrame, type ToHost, type Wish } from "../shared/bridge.js";

/**
 * The page around a widget that is only looked at: it says where nobody is, keeps nothing for the frame, and
 * tells it each wish as it changes. So the frame finds no conversation of whoever looks, and makes none.
 */
export class Framed {
  #port: MessagePort | null = null;

  /** Calls back when the widget asks to be closed. */
  constructor(readonly closed: () => void) {}

  /** Meets a document that the frame has loaded. */
  greet(frame: HTMLIFrameElement | null, wish: Wish): void {
    const { port1, port2 } = new MessageChannel();
    this.#port?.close();
    this.#port = port1;
    port1.onmessage = ({ data }: MessageEvent<ToHost>) => data.type === "close" && this.closed();
    // A preview that took the cursor with every choice could not be configured: the panel counts as closed.
    this.#tell({ type: "hello", page: { url: location.href, title: document.title, referrer: "" }, wish, open: false, stored: {} });
    frame?.contentWindow?.postMessage(handover, location.origin, [port2]);
  }

  wish(wish: Wish): void {
    this.#tell({ type: "wish", wish });
  }

  leave(): void {
    this.#port?.close();
    this.#port = null;
  }

  #tell(message: ToFrame): void {
    this.#port?.postMessage(message);
  }
}

/** Where the frame of a site's widget is. */
export const frameOf = (siteKey: string): string => `/widget?site_key=${encodeURIComponent(siteKey)}`;
