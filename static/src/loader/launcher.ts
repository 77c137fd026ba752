import { inkOn, type Labels, type Side, soundColor } from "../shared/bridge.js";
import { style } from "./style.js";

const hidden = "aria-hidden";
const set = (element: Element, name: string, value: string) => element.setAttribute(name, value);
const svg = "http://www.w3.org/2000/svg";
const talk = "M4 11a8 7 0 1 1 5 7l-5 2 1-4a7 7 0 0 1-1-5z";
const down = "M6 9.5l6 6 6-6";

/** The button on the customer's page, and the shadow root in which the panel finds its place too. */
export interface Launcher {
  host: HTMLElement;
  root: ShadowRoot;
  button: HTMLButtonElement;
  /** Takes colour, side and words, as far as they are known; `show` follows. */
  look(color: string | undefined, side: Side, labels: Labels): void;
  show(open: boolean, unread: number): void;
}

export function makeLauncher(nonce: string): Launcher {
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const button = document.createElement("button");
  const badge = document.createElement("span");
  let words: Labels;
  const show = (open: boolean, unread: number) => {
    const count = open ? 0 : unread;
    const news = count ? `, ${words.unread.replace("{n}", `${count}`)}` : "";
    badge.textContent = count > 9 ? "9+" : count ? `${count}` : "";
    set(button, "aria-label", open ? words.close : words.open + news);
    set(button, "aria-expanded", `${open}`);
  };
  host.id = "parley";
  button.type = "button";
  set(badge, hidden, "true");
  button.append(icon("talk", talk), icon("down", down), badge);
  dress(root, nonce);
  root.append(button);
  return {
    host,
    root,
    button,
    show,
    look: (color, side, labels) => {
      const sound = soundColor(color);
      host.style.setProperty("--color", sound);
      host.style.setProperty("--ink", inkOn(sound));
      host.dataset["side"] = side;
      words = labels;
    },
  };
}

/** Constructed sheets also work on pages whose policy forbids inline styles. */
function dress(root: ShadowRoot, nonce: string): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];
  } catch {
    const element = document.createElement("style");
    element.nonce = nonce;
    element.textContent = style;
    root.append(element);
  }
}

/** Built node by node, since pages with Trusted Types refuse markup in strings. */
function icon(name: string, path: string): SVGElement {
  const drawing = document.createElementNS(svg, "svg");
  const line = document.createElementNS(svg, "path");
  set(drawing, "viewBox", "0 0 24 24");
  set(drawing, "class", name);
  set(drawing, hidden, "true");
  set(line, "d", path);
  drawing.append(line);
  return drawing;
}
