import { PropertySymbol } from "happy-dom";
import { onTestFinished } from "vitest";
import { boot, type ParleyFunction } from "../../src/loader/boot.js";
import type { ToFrame, ToHost } from "../../src/shared/bridge.js";
import { eventually } from "../fake/eventually.js";

/** Where the slot of the global is, in place of the window. */
export type Slot = { Parley?: ParleyFunction };

/** The other end of the port that the loader hands to the frame. */
export interface FrameEnd {
  heard: ToFrame[];
  tell(message: ToHost): void;
  /** Resolves when so many messages were heard. */
  hears(count: number): Promise<void>;
  handover: { data: unknown; origin: string; ports: number };
}

/** The test DOM loads no frames and complains about each; here they do not even try. */
const connect = PropertySymbol.connectedToDocument;
const frames = Object.getPrototypeOf(document.createElement("iframe"));
frames[connect] = Object.getPrototypeOf(document.createElement("main"))[connect];

/** A customer's page with the script tag on it. */
export function setup(attributes: Record<string, string> = {}, slot: Slot = {}, start = boot) {
  // What an earlier page left while its frame was to forget the visitor.
  for (const left of document.querySelectorAll("parley-chat")) left.remove();
  document.head.innerHTML = "";
  document.body.innerHTML = "<main>A shop</main>";
  document.documentElement.lang = "en";
  const before = document.documentElement.outerHTML;
  const script = document.createElement("script");
  script.type = "text/plain";
  script.src = "https://chat.example/widget.js";
  Object.assign(script.dataset, { siteKey: "site_1", ...attributes });
  start(script, slot);
  onTestFinished(() => void (typeof slot.Parley === "function" && slot.Parley("shutdown")));

  const root = () => document.querySelector<HTMLElement>("parley-chat")?.shadowRoot as ShadowRoot;
  return {
    before,
    slot,
    script,
    call: (...call: [string, ...unknown[]]) => slot.Parley?.(...call),
    root,
    button: () => root().querySelector("button") as HTMLButtonElement,
    frame: () => root().querySelector("iframe"),
    box: () => root().querySelector("dialog"),
    label: () => root().querySelector("button")?.getAttribute("aria-label"),
  };
}

/** Lets the frame's document be loaded, which takes the port and says that it is there, as it would. */
export function load(frame: HTMLIFrameElement): FrameEnd {
  const end = { heard: [] as ToFrame[] } as FrameEnd;
  let port: MessagePort | undefined;
  const contentWindow = {
    postMessage: (data: unknown, origin: string, ports: MessagePort[]) => {
      end.handover = { data, origin, ports: ports.length };
      port = ports[0];
    },
  };
  Object.defineProperty(frame, "contentWindow", { value: contentWindow, configurable: true });
  frame.dispatchEvent(new Event("load"));
  if (port) port.onmessage = ({ data }) => end.heard.push(data as ToFrame);
  end.tell = (message) => port?.postMessage(message);
  end.tell({ type: "here" });
  end.hears = (count) => eventually(() => { if (end.heard.length < count) throw new Error("not yet"); });
  onTestFinished(() => port?.close());
  return end;
}
