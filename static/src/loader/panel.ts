import { handover, type ToFrame, type ToHost } from "../shared/bridge.js";
import type { Page } from "../shared/wire.js";

/** What a panel needs and tells. */
export interface PanelOptions {
  /** The server's origin; the port is given to nobody else. */
  origin: string;
  siteKey: string;
  title: string;
  root: ShadowRoot;
  /** What the frame should know first. */
  hello: () => ToFrame;
  told: (message: ToHost) => void;
}

/** The address of the frame. It carries the public site key and never the visitor's token. */
export const frameAddress = (origin: string, siteKey: string): string =>
  `${origin}/widget?site_key=${encodeURIComponent(siteKey)}`;

/** The page the visitor is on. */
export const thisPage = (): Page => ({ url: location.href, title: document.title, referrer: document.referrer });

/** The frame with the chat in it, and the port to it. */
export class Panel {
  readonly frame: HTMLIFrameElement;
  readonly #options: PanelOptions;
  #port: MessagePort | null = null;
  /** Whether the frame ever answered. One that did not is replaced at the next opening. */
  answered = false;

  constructor(options: PanelOptions) {
    this.#options = options;
    this.frame = document.createElement("iframe");
    this.frame.title = options.title;
    // The frame checks its parent by this; the page's path is told over the port alone.
    this.frame.referrerPolicy = "strict-origin";
    this.frame.allow = "clipboard-write";
    this.frame.dataset["closed"] = "";
    this.frame.addEventListener("load", () => this.#handOver());
    this.frame.src = frameAddress(options.origin, options.siteKey);
    options.root.append(this.frame);
  }

  show(): void {
    delete this.frame.dataset["closed"];
    this.frame.focus();
    this.#port?.postMessage({ type: "open", page: thisPage() } satisfies ToFrame);
  }

  hide(): void {
    this.frame.dataset["closed"] = "";
    this.#port?.postMessage({ type: "close" } satisfies ToFrame);
  }

  remove(): void {
    this.#port?.close();
    this.#port = null;
    this.frame.remove();
  }

  /** Each document of the frame gets one port, once; the port of a document that is gone is closed. */
  #handOver(): void {
    this.#port?.close();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = ({ data }: MessageEvent<ToHost>) => {
      this.answered = true;
      this.#options.told(data);
    };
    port1.postMessage(this.#options.hello());
    this.frame.contentWindow?.postMessage(handover, this.#options.origin, [port2]);
  }
}
