import { handover, type ToFrame, type ToHost } from "../shared/bridge.js";
import type { Acts } from "./lending.js";
import type { Settings } from "./widget.js";

/** The frame with the chat in it, and the port to it. */
export interface Panel {
  frame: HTMLIFrameElement;
  /** Whether the frame ever answered. One that did not is replaced at the next opening. */
  answered: boolean;
  tell(message: ToFrame): void;
  remove(): void;
}

/**
 * The port is given to the server's origin and to nobody else; `hello` says what the frame should know
 * first, `acts` what to do with what it says.
 */
export function makePanel({ origin, siteKey }: Settings, root: ShadowRoot, hello: () => ToFrame, acts: Acts): Panel {
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
      (acts[data.type] as ((message: ToHost) => void) | undefined)?.(data);
    };
    port1.postMessage(hello());
    frame.contentWindow?.postMessage(handover, origin, [port2]);
  };
  // It carries the public site key and never the visitor's token.
  frame.src = `${origin}/widget?site_key=${siteKey}`;
  root.append(frame);
  return panel;
}
