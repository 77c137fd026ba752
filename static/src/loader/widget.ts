import { keptBelow, returning, sideOf, type Theme, type ToFrame, type ToHost, type Wish } from "../shared/bridge.js";
import type { Person } from "../shared/identity.js";
import type { Page } from "../shared/wire.js";
import { labelsFor } from "./labels.js";
import { makeLauncher } from "./launcher.js";
import { lend } from "./lending.js";
import { makePanel, type Panel, thisPage } from "./panel.js";

type Listener = (detail?: unknown) => void;

/** What the script tag says. */
export interface Settings {
  origin: string;
  siteKey: string;
  /** The script's `data-` attributes, read when they are needed, since a page may change them. */
  asked: () => DOMStringMap;
  nonce: string;
}

/** The widget on a customer's page, as the page may call it. */
export type Widget = ReturnType<typeof makeWidget>;

/** The page is looked at this often for a new address, since nothing of the page's own is to be replaced. */
const pageGap = 1_000;
/** The launcher of a visitor who comes back waits this long before it looks for answers. */
const calm = 1_500;
/** A frame that does not forget within this time is gone, or was never there. */
const wiping = 3_000;

export function makeWidget({ origin, siteKey, asked, nonce }: Settings) {
  const { button, host, root, look, show } = makeLauncher(nonce);
  let listeners: [name: string, listener: Listener][] = [];
  const prefix = keptBelow(siteKey);
  const gone = new AbortController();
  const lending = lend(prefix, (message) => panel?.tell(message), gone);
  const viewport = window.visualViewport;
  const page = document.documentElement;
  let panel: Panel | null = null;
  let isOpen = false;
  let unread = 0;
  let person: Person | null = null;
  let forgetting = false;
  let wiped = () => {};
  let locale = "";
  let theme: Theme = {};
  let href = "";
  let told: (ToHost & { type: "look" }) | null = null;

  const language = () => locale || asked()["locale"] || page.lang || navigator.language;
  const wish = (): Wish => ({
    locale: language(),
    pinned: !!(locale || asked()["locale"]),
    color: theme.color || asked()["color"],
    // Colour, mode, corners and greeting may stand in the tag as well.
    theme: { ...asked(), ...theme } as Theme,
  });
  const draw = () => {
    const position = theme.position || asked()["position"];
    const labels = told?.labels ?? labelsFor(language());
    look(wish().color || told?.color, position || !told ? sideOf(position) : told.side, labels);
    for (const name in theme) host.style.setProperty(name, theme[name] as string);
    if (panel) panel.frame.title = labels.frame;
  };
  const ask = () => {
    draw();
    panel?.tell({ type: "wish", wish: wish() });
  };
  /** A listener that throws is the page's concern and stops nobody else. */
  const tell = (name: string, detail?: unknown) => {
    for (const [to, listener] of listeners) {
      try {
        if (to === name) listener(detail);
      } catch (error) {
        console.error(error);
      }
    }
  };
  const receive = (message: ToHost) => {
    lending.serve(message);
    if (message.type === "close") close();
    if (message.type === "look") {
      told = message;
      draw();
    }
    if (message.type === "unread") {
      show(isOpen, (unread = message.count));
      tell("unread", unread);
    }
    if (message.type === "wiped") {
      forgetting = false;
      wiped();
    }
  };
  const here = (said?: Partial<Page>) => {
    href = location.href;
    return thisPage(said);
  };
  const hello = (): ToFrame => ({
    type: "hello", page: here(), wish: wish(), open: isOpen, person, stored: lending.stored(), forget: forgetting,
  });
  /** The visitor is about to act, or has an answer to wait for: now the app may come. */
  const load = () => {
    panel ??= makePanel({ origin, siteKey, root, hello, told: receive });
    draw();
    return panel;
  };
  const drop = () => {
    panel?.remove();
    panel = null;
  };
  /** On phones the panel keeps clear of the keyboard. A visitor who zooms in is left alone. */
  const fit = () => {
    if (!viewport || viewport.scale > 1) return;
    host.style.setProperty("--top", `${viewport.offsetTop}px`);
    host.style.setProperty("--height", `${viewport.height}px`);
  };
  const turn = (to: boolean) => {
    isOpen = to;
    panel?.frame.toggleAttribute("data-closed", !to);
    show(to, unread);
    fit();
  };
  const open = () => {
    if (isOpen) return;
    load().tell({ type: "open", page: here() });
    turn(true);
    panel?.frame.focus();
    tell("open");
  };
  const close = () => {
    if (!isOpen) return;
    // Focus comes back to where the chat was opened, unless the visitor is elsewhere on the page.
    const focused = document.activeElement === host;
    panel?.tell({ type: "close" });
    turn(false);
    if (focused) button.focus();
    if (!panel?.answered()) drop();
    tell("close");
  };
  const toggle = () => (isOpen ? close() : open());
  const track = (said?: Partial<Page>) => panel?.tell({ type: "page", page: here(said) });
  const awaited = () => panel?.answered() || lending.stored()?.[prefix + returning];
  /** Forgets the visitor on this device, as far as there was one. */
  const logout = () => {
    person = null;
    forgetting = !!awaited();
    if (forgetting) load().tell({ type: "wipe" });
  };
  /** Beside the body: frameworks that put another body in its place leave the chat where it is. */
  const place = () => host.isConnected || page.append(host);
  /** Pages change their language by script, and some sweep away what they do not know. */
  const watch = new MutationObserver(() => {
    place();
    ask();
  });
  const clock = setInterval(() => panel && href !== location.href && track(), pageGap);
  const later = setTimeout(() => awaited() && load(), calm);

  button.onclick = toggle;
  button.onpointerenter = button.onfocus = load;
  root.addEventListener("keydown", (event) => (event as KeyboardEvent).key === "Escape" && close());
  viewport?.addEventListener("resize", fit, gone);
  viewport?.addEventListener("scroll", fit, gone);
  draw();
  place();
  watch.observe(page, { attributeFilter: ["lang"], childList: true });

  return {
    open,
    close,
    toggle,
    track,
    logout,
    unread: () => unread,
    show: () => void (host.hidden = false),
    hide: () => void (host.hidden = true),
    on: (name: string, listener: Listener) => void listeners.push([name, listener]),
    off: (name: string, listener?: Listener) => {
      listeners = listeners.filter(([to, other]) => to !== name || (listener && listener !== other));
    },
    identify: (who: Person) => panel?.tell({ type: "identify", person: (person = who) }),
    setLocale: (to: string) => {
      locale = to;
      ask();
    },
    setTheme: (to: Theme) => {
      theme = { ...theme, ...to };
      ask();
    },
    /** Forgets the visitor and takes everything away that the widget brought. */
    shutdown: () => {
      clearTimeout(later);
      clearInterval(clock);
      watch.disconnect();
      gone.abort();
      listeners = [];
      host.style.display = "none";
      wiped = () => {
        drop();
        lending.end();
        host.remove();
      };
      logout();
      if (forgetting) setTimeout(wiped, wiping);
      else wiped();
    },
  };
}
