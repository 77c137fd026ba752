import { handover, type ToFrame, type ToHost } from "../shared/bridge.js";
import type { Page } from "../shared/wire.js";

/** What a panel needs and tells. */
export interface PanelOptions {
  /** The server's origin; the port is given to nobody else. */
  origin: string;
  siteKey: string;
  root: ShadowRoot;
  /** What the frame should know first. */
  hello: () => ToFrame;
  told: (message: ToHost) => void;
}

/** The frame with the chat in it, and the port to it. */
export interface Panel {
  frame: HTMLIFrameElement;
  /** Whether the frame ever answered. One that did not is replaced at the next opening. */
  answered: boolean;
  tell(message: ToFrame): void;
  remove(): void;
}

/** The page the visitor is on, as far as the customer's page does not say otherwise. */
export const thisPage = (said?: Partial<Page>): Page => ({
  url: location.href,
  title: document.title,
  referrer: document.referrer,
  ...said,
});

export function makePanel({ origin, siteKey, root, hello, told }: PanelOptions): Panel {
  const frame = document.createElement("iframe");
  let port: MessagePort | undefined;
  const panel: Panel = {
    frame,
    answered: false,
    tell: (message) => port?.postMessage(message),
    remove: () => {
      port?.close();
      frame.remove();
    },
  };
  // The frame checks its parent by this; the page's path is told over the port alone.
  frame.referrerPolicy = "strict-origin";
  frame.allow = "clipboard-write";
  frame.dataset["closed"] = "";
  /** Each document of the frame gets one port, once; the port of a document that is gone is closed. */
  frame.onload = () => {
    port?.close();
    const { port1, port2 } = new MessageChannel();
    port = port1;
    port1.onmessage = ({ data }: MessageEvent<ToHost>) => {
      panel.answered = true;
      told(data);
    };
    port1.postMessage(hello());
    frame.contentWindow?.postMessage(handover, origin, [port2]);
  };
  // It carries the public site key and never the visitor's token.
  frame.src = `${origin}/widget?site_key=${siteKey}`;
  root.append(frame);
  return panel;
}
