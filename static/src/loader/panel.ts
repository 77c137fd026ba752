import { handover, type ToFrame, type ToHost } from "../shared/bridge.js";
import type { Acts } from "./lending.js";
import { small } from "./style.js";
import type { Settings } from "./widget.js";

/** The frame with the chat in it, the box around it, and the port to it. */
export interface Panel {
  box: HTMLDialogElement;
  frame: HTMLIFrameElement;
  /** Whether the frame ever answered. One that did not is fetched anew. */
  answered: boolean;
  tell(message: ToFrame): void;
  show(open: boolean): void;
  remove(): void;
}

/** Whether the panel takes the whole window. */
export const fills = () => matchMedia(small).matches;

/**
 * The port is given to the server's origin and to nobody else; `hello` says what the frame should know
 * first, `acts` what to do with what it says.
 */
export function makePanel({ origin, siteKey }: Settings, root: ShadowRoot, hello: () => ToFrame, acts: Acts): Panel {
  const box = document.createElement("dialog");
  const frame = document.createElement("iframe");
  let port: MessagePort | undefined;
  const panel: Panel = {
    box,
    frame,
    answered: false,
    tell: (message) => port?.postMessage(message),
    show: (open) => {
      box.toggleAttribute("data-closed", !open);
      // Until the frame has something to show, the box alone waits: a browser's error page has no way back.
      box.toggleAttribute("data-waits", !panel.answered);
      // Over the whole window it is modal, so that no key leads to what it covers.
      const modal = open && panel.answered && fills();
      if (modal !== box.open) modal ? box.showModal() : box.close();
    },
    remove: () => {
      port?.close();
      box.remove();
    },
  };
  // The frame checks its parent by this; the page's path is told over the port alone.
  frame.referrerPolicy = "strict-origin";
  /** Each document of the frame gets one port, once; the port of a document that is gone is closed. */
  frame.onload = () => {
    port?.close();
    const { port1, port2 } = new MessageChannel();
    port = port1;
    port1.onmessage = ({ data }: MessageEvent<ToHost>) => (acts[data.type] as ((message: ToHost) => void) | undefined)?.(data);
    port1.postMessage(hello());
    // It may as well be the browser's word that there is no network.
    panel.answered = false;
    panel.show(!box.matches("[data-closed]"));
    frame.contentWindow?.postMessage(handover, origin, [port2]);
  };
  // It carries the public site key and never the visitor's token.
  frame.src = `${origin}/widget?site_key=${siteKey}`;
  box.append(frame);
  root.append(box);
  return panel;
}
