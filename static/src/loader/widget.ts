import { type ToHost, sideOf } from "../shared/bridge.js";
import { labelsFor } from "./labels.js";
import { Launcher } from "./launcher.js";
import { frameAddress, Panel, thisPage } from "./panel.js";

/** The events a customer's page can listen to. */
export type EventName = "open" | "close" | "unread";

type Listener = (detail?: unknown) => void;

/** What the script tag says. */
export interface Settings {
  origin: string;
  siteKey: string;
  /** The script's `data-` attributes, read when they are needed, since a page may change them. */
  attributes: DOMStringMap;
}

/** The widget on a customer's page: launcher, panel and the page's listeners. */
export class Widget {
  readonly #settings: Settings;
  readonly #launcher: Launcher;
  readonly #listeners = new Map<string, Set<Listener>>();
  #panel: Panel | null = null;
  #hint: HTMLLinkElement | null = null;
  #open = false;
  /** Pages change their language by script; the launcher follows until the frame speaks for itself. */
  readonly #language = new MutationObserver(() => this.#draw());

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#launcher = new Launcher();
    this.#draw();
    this.#language.observe(document.documentElement, { attributeFilter: ["lang"] });
    const { button, root, host } = this.#launcher;
    button.addEventListener("click", () => this.toggle());
    button.addEventListener("pointerenter", () => this.#preload(), { once: true });
    button.addEventListener("focus", () => this.#preload(), { once: true });
    root.addEventListener("keydown", (event) => {
      if ((event as KeyboardEvent).key === "Escape") this.close();
    });
    document.body.append(host);
  }

  open(): void {
    if (this.#open) return;
    this.#open = true;
    this.#panel ??= this.#makePanel();
    this.#launcher.open = true;
    this.#panel.show();
    this.#tell("open");
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    const focused = document.activeElement === this.#launcher.host;
    this.#launcher.open = false;
    this.#panel?.hide();
    if (this.#panel?.answered === false) this.#dropPanel();
    // Focus comes back to where the chat was opened, unless the visitor is elsewhere on the page.
    if (focused) this.#launcher.button.focus();
    this.#tell("close");
  }

  toggle(): void {
    if (this.#open) this.close();
    else this.open();
  }

  on(name: string, listener: Listener): void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
  }

  off(name: string, listener?: Listener): void {
    if (listener) this.#listeners.get(name)?.delete(listener);
    else this.#listeners.delete(name);
  }

  /** Takes everything away that the widget brought. */
  shutdown(): void {
    this.#dropPanel();
    this.#language.disconnect();
    this.#launcher.host.remove();
    this.#hint?.remove();
    this.#listeners.clear();
  }

  #draw(): void {
    const { color, position } = this.#settings.attributes;
    this.#launcher.look(color ?? "", sideOf(position), labelsFor(this.#locale()));
  }

  #locale(): string {
    return this.#settings.attributes["locale"] || document.documentElement.lang || navigator.language || "en";
  }

  /** The visitor is about to act: the frame's page may come near, nothing runs yet. */
  #preload(): void {
    if (this.#panel || this.#hint) return;
    const { origin, siteKey } = this.#settings;
    this.#hint = document.createElement("link");
    this.#hint.rel = "prefetch";
    this.#hint.href = frameAddress(origin, siteKey);
    document.head.append(this.#hint);
  }

  #makePanel(): Panel {
    const { origin, siteKey, attributes } = this.#settings;
    return new Panel({
      origin,
      siteKey,
      title: labelsFor(this.#locale()).frame,
      root: this.#launcher.root,
      hello: () => ({
        type: "hello",
        page: thisPage(),
        wish: { locale: this.#locale(), pinned: Boolean(attributes["locale"]), color: attributes["color"] ?? "" },
        open: this.#open,
      }),
      told: (message) => this.#receive(message),
    });
  }

  #dropPanel(): void {
    this.#panel?.remove();
    this.#panel = null;
  }

  #receive(message: ToHost): void {
    if (message.type === "close") this.close();
    if (message.type === "look") {
      this.#language.disconnect();
      const { position } = this.#settings.attributes;
      this.#launcher.look(message.color, position ? sideOf(position) : message.side, message.labels);
      if (this.#panel) this.#panel.frame.title = message.labels.frame;
    }
    if (message.type === "unread") {
      this.#launcher.unread = message.count;
      this.#tell("unread", message.count);
    }
  }

  /** A listener that throws is the page's concern and stops nobody else. */
  #tell(name: EventName, detail?: unknown): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        listener(detail);
      } catch (error) {
        console.error(error);
      }
    }
  }
}
