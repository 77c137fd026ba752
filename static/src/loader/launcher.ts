import { inkOn, type Labels, type Side, soundColor } from "../shared/bridge.js";
import { style } from "./style.js";

const svg = "http://www.w3.org/2000/svg";
const talk = "M4 11.5c0-4.1 3.6-7 8-7s8 2.9 8 7-3.6 7-8 7c-1 0-2-.2-2.9-.5L4.5 19.5l1.2-3.4A6.7 6.7 0 0 1 4 11.5z";
const down = "M6 9.5l6 6 6-6";

/** The button on the customer's page, and the shadow root in which the panel finds its place too. */
export class Launcher {
  readonly host: HTMLElement;
  readonly root: ShadowRoot;
  readonly button: HTMLButtonElement;
  readonly #badge: HTMLElement;
  #labels: Labels = { open: "", close: "", unread: "", frame: "" };
  #open = false;
  #unread = 0;

  constructor() {
    this.host = document.createElement("div");
    this.host.id = "parley";
    this.root = this.host.attachShadow({ mode: "open" });
    this.button = document.createElement("button");
    this.button.type = "button";
    this.#badge = document.createElement("span");
    this.#badge.setAttribute("aria-hidden", "true");
    this.button.append(icon("talk", talk), icon("down", down), this.#badge);
    dress(this.root);
    this.root.append(this.button);
  }

  /** Takes colour, side and words, as far as they are known. */
  look(color: string, side: Side, labels: Labels): void {
    const sound = soundColor(color);
    this.host.style.setProperty("--color", sound);
    this.host.style.setProperty("--ink", inkOn(sound));
    this.host.dataset["side"] = side;
    this.#labels = labels;
    this.#describe();
  }

  set open(open: boolean) {
    this.#open = open;
    this.#describe();
  }

  set unread(count: number) {
    this.#unread = count;
    this.#describe();
  }

  #describe(): void {
    const { open, close, unread } = this.#labels;
    const count = this.#open ? 0 : this.#unread;
    const news = count > 0 ? `, ${unread.replace("{n}", String(count))}` : "";
    this.#badge.textContent = count > 9 ? "9+" : count > 0 ? String(count) : "";
    this.button.setAttribute("aria-label", this.#open ? close : open + news);
    this.button.setAttribute("aria-expanded", String(this.#open));
  }
}

/** Constructed sheets also work on pages whose policy forbids inline styles. */
function dress(root: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];
  } catch {
    const element = document.createElement("style");
    element.textContent = style;
    root.append(element);
  }
}

/** Built node by node, since pages with Trusted Types refuse markup in strings. */
function icon(name: string, path: string): SVGElement {
  const drawing = document.createElementNS(svg, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("class", name);
  drawing.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(svg, "path");
  line.setAttribute("d", path);
  drawing.append(line);
  return drawing;
}
