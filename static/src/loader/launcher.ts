import { inkOn, type Labels, type Side, soundColor } from "../shared/bridge.js";
import { style } from "./style.js";

/** The button on the customer's page, and the shadow root in which the panel finds its place too. */
export interface Launcher {
  host: HTMLElement;
  root: ShadowRoot;
  button: HTMLButtonElement;
  /** Takes colour, side and words, as far as they are known. */
  show(color: string | undefined, side: Side, words: Labels, open: boolean, unread: number): void;
}

export function makeLauncher(): Launcher {
  const host = document.createElement("parley-chat");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  const button = document.createElement("button");
  const badge = document.createElement("span");
  button.type = "button";
  button.append(badge);
  // Constructed sheets also work on pages whose policy forbids inline styles.
  sheet.replaceSync(style);
  root.adoptedStyleSheets = [sheet];
  root.append(button);
  return {
    host,
    root,
    button,
    show: (color, side, words, open, unread) => {
      const sound = soundColor(color);
      const count = open ? 0 : unread;
      const news = count ? `, ${words.unread.replace("{n}", `${count}`)}` : "";
      host.style.setProperty("--color", sound);
      host.style.setProperty("--ink", inkOn(sound));
      host.dataset["side"] = side;
      badge.textContent = count > 9 ? "9+" : count ? `${count}` : "";
      button.setAttribute("aria-label", open ? words.close : words.open + news);
      button.setAttribute("aria-expanded", `${open}`);
    },
  };
}
