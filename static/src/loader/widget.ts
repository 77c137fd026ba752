import { keptBelow, returning, sideOf, type Theme, type ToFrame, type ToHost, type Wish } from "../shared/bridge.js";
import type { Person } from "../shared/identity.js";
import type { Page } from "../shared/wire.js";
import { labelsFor } from "./labels.js";
import { type Launcher, makeLauncher } from "./launcher.js";
import { type Acts, lend, type Lending } from "./lending.js";
import { makePanel, type Panel } from "./panel.js";
import { stay } from "./stay.js";

type Listener = (detail?: unknown) => void;

/** What the script tag says. */
export interface Settings {
  origin: string;
  siteKey: string;
  /** The script's `data-` attributes, read when they are needed, since a page may change them. */
  asked: () => DOMStringMap;
  nonce: string;
}

/** The page is looked at this often for a new address, since nothing of the page's own is to be replaced. */
const pageGap = 1_000;
/** The launcher of a visitor who comes back waits this long before it looks for answers. */
const calm = 1_500;
/** A frame that does not forget within this time is gone, or was never there. */
const wiping = 3_000;

/** The widget on the page, as the page may call it. */
export type Widget = ReturnType<typeof makeWidget>;

// A page has one widget at a time: what it is made of lies in the script's own scope, which makes each
// function small on the page and in here.
let settings: Settings;
let launcher: Launcher;
let lending: Lending;
let listeners: [name: string, listener: Listener][];
let panel: Panel | null;
let isOpen: boolean;
let unread: number;
let person: Person | null;
let forgetting: boolean;
let wiped: (() => void) | null;
let locale: string;
let theme: Theme;
let href: string;
let told: (ToHost & { type: "look" }) | null;

const language = () => locale || settings.asked()["locale"] || document.documentElement.lang || navigator.language;

const wish = (): Wish => ({
  locale: language(),
  pinned: !!(locale || settings.asked()["locale"]),
  color: theme.color || settings.asked()["color"],
  // Colour, mode, corners and greeting may stand in the tag as well.
  theme: { ...settings.asked(), ...theme } as Theme,
});

function draw(): void {
  const position = theme.position || settings.asked()["position"];
  const labels = told?.labels ?? labelsFor(language());
  launcher.look(wish().color || told?.color, position || !told ? sideOf(position) : told.side, labels);
  for (const name in theme) launcher.host.style.setProperty(name, theme[name] as string);
  launcher.show(isOpen, unread);
  if (panel) panel.frame.title = labels.frame;
}

function ask(): void {
  draw();
  panel?.tell({ type: "wish", wish: wish() });
}

/** A listener that throws is the page's concern and stops nobody else. */
function tell(name: string, detail?: unknown): void {
  for (const [to, listener] of listeners) {
    try {
      if (to === name) listener(detail);
    } catch (error) {
      console.error(error);
    }
  }
}

/** What the frame may say. */
const receivers = (): Acts => ({
  ...lending.acts,
  close,
  look: (message) => {
    told = message;
    draw();
  },
  unread: ({ count }) => {
    launcher.show(isOpen, (unread = count));
    tell("unread", unread);
  },
  wiped: () => {
    forgetting = false;
    wiped?.();
  },
});

/** The page the visitor is on, under its own title, as far as the customer's page does not say otherwise. */
function here(said?: Partial<Page>): Page {
  lending.untitle();
  href = location.href;
  return { url: href, title: document.title, referrer: document.referrer, ...said };
}

const hello = (): ToFrame => ({
  type: "hello", page: here(), wish: wish(), open: isOpen, person, stored: lending.stored(), forget: forgetting,
});

/** The visitor is about to act, or has an answer to wait for: now the app may come. */
function load(): Panel {
  panel ??= makePanel(settings, launcher.root, hello, receivers());
  draw();
  return panel;
}

function turn(to: boolean): void {
  isOpen = to;
  panel?.frame.toggleAttribute("data-closed", !to);
  launcher.show(to, unread);
}

function open(): void {
  if (isOpen) return;
  load().tell({ type: "open", page: here() });
  turn(true);
  panel?.frame.focus();
  tell("open");
}

function close(): void {
  if (!isOpen) return;
  // Focus comes back to where the chat was opened, unless the visitor is elsewhere on the page.
  const focused = document.activeElement === launcher.host;
  panel?.tell({ type: "close" });
  turn(false);
  if (focused) launcher.button.focus();
  if (!panel?.answered) {
    panel?.remove();
    panel = null;
  }
  tell("close");
}

const toggle = () => (isOpen ? close() : open());

const track = (said?: Partial<Page>) => panel?.tell({ type: "page", page: here(said) });

/** What the frame left word of: "1" of something to deliver or to wait for, "0" of something to forget at a logout. */
const mark = () => lending.stored()?.[keptBelow(settings.siteKey) + returning];

/** Forgets the visitor on this device, as far as there was one. */
function logout(): void {
  person = null;
  forgetting = !!(panel?.answered || mark());
  if (forgetting) load().tell({ type: "wipe" });
}

/** Draws the launcher and waits for the visitor. */
export function makeWidget(given: Settings) {
  const gone = new AbortController();
  settings = given;
  launcher = makeLauncher(given.nonce);
  lending = lend(keptBelow(given.siteKey), (message) => panel?.tell(message), gone);
  listeners = [];
  panel = person = told = wiped = null;
  isOpen = forgetting = false;
  unread = 0;
  locale = href = "";
  theme = {};
  const { button, host, root } = launcher;
  const clock = setInterval(() => panel && href !== location.href && track(), pageGap);
  const later = setTimeout(() => mark() == "1" && load(), calm);
  button.onclick = toggle;
  button.onpointerenter = button.onfocus = load;
  root.addEventListener("keydown", (event) => (event as KeyboardEvent).key === "Escape" && close());
  draw();
  stay(host, gone, ask);
  return {
    ...calls,
    /** Forgets the visitor and takes everything away that the widget brought. */
    shutdown: () => {
      clearTimeout(later);
      clearInterval(clock);
      gone.abort();
      host.style.display = "none";
      const { end } = lending;
      logout();
      const left = panel;
      wiped = () => {
        left?.remove();
        end();
        host.remove();
      };
      if (forgetting) setTimeout(wiped, wiping);
      else wiped();
    },
  };
}

/** What the page may call. */
const calls = {
  open,
  close,
  toggle,
  track,
  logout,
  unread: () => unread,
  show: () => void (launcher.host.hidden = false),
  hide: () => void (launcher.host.hidden = true),
  on: (name: string, listener: Listener) => void listeners.push([name, listener]),
  off: (name: string, listener?: Listener) => {
    listeners = listeners.filter(([to, other]) => to !== name || (listener && listener !== other));
  },
  identify: (who: Person) => {
    person = who;
    panel?.tell({ type: "identify", person });
  },
  setLocale: (to: string) => {
    locale = to;
    ask();
  },
  setTheme: (to: Theme) => {
    theme = { ...theme, ...to };
    ask();
  },
};
