import { keptBelow, returning, sideOf, type Theme, type ToFrame, type ToHost, type Wish } from "../shared/bridge.js";
import type { Person } from "../shared/identity.js";
import type { Page } from "../shared/wire.js";
import { labelsFor } from "./labels.js";
import { type Launcher, makeLauncher } from "./launcher.js";
import { type Acts, lend, type Lending } from "./lending.js";
import { fills, makePanel, type Panel } from "./panel.js";
import { stay } from "./stay.js";

type Listener = (detail?: unknown) => void;

/** What the script tag says. */
export interface Settings {
  origin: string;
  siteKey: string;
  /** The script's `data-` attributes, read when they are needed, since a page may change them. */
  asked: () => DOMStringMap;
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
/** For how many seconds the frame has not answered, while it should. */
let waited: number;
let wiped: (() => void) | null;
/** What calls said beyond the tag. */
let said: Theme;
let href: string;
let told: (ToHost & { type: "look" }) | null;

/** What the page wants: language, colour, mode, corners and greeting may stand in the tag as well. */
const wish = (): Wish & { theme: Theme } => {
  const theme = { ...settings.asked(), ...said } as Theme;
  const { locale, color } = theme;
  return { locale: locale || document.documentElement.lang || navigator.language, pinned: !!locale, color, theme };
};

function draw(): void {
  const { locale, color, theme } = wish();
  const labels = told?.labels ?? labelsFor(locale);
  launcher.show(color || told?.color, theme.position || !told ? sideOf(theme.position) : told.side, labels, isOpen, unread);
  for (const name in said) launcher.host.style.setProperty(name, said[name] as string);
  if (!panel) return;
  panel.box.title = panel.frame.title = labels.frame;
  panel.show(isOpen);
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
  here: () => {
    if (panel) panel.answered = true;
    waited = 0;
    draw();
    // Who opened the chat waits at the launcher; who went on to something else is left there.
    if (isOpen && atLauncher()) panel?.frame.focus();
  },
  look: (message) => {
    told = message;
    draw();
  },
  unread: ({ count }) => {
    unread = count;
    draw();
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
  // Escape and the phone's key for going back close what is modal, whatever is said here. A frame that has
  // to be waited for again is no longer modal, and still wanted.
  panel.box.onclose = () => panel?.answered && fills() && close();
  draw();
  return panel;
}

/** Takes a frame away that did not answer. */
function drop(): void {
  if (panel?.answered) return;
  panel?.remove();
  panel = null;
}

/** The network may be back. */
function renew(): void {
  if (!panel) return;
  drop();
  load();
}

const atLauncher = () => document.activeElement === launcher.host;

function open(): void {
  if (isOpen) return;
  isOpen = true;
  launcher.host.hidden = false;
  waited = 0;
  const { answered, frame, tell: say } = load();
  say({ type: "open", page: here() });
  (answered ? frame : launcher.button).focus();
  tell("open");
}

function close(): void {
  if (!isOpen) return;
  // Focus comes back to where the chat was opened, unless the visitor is elsewhere on the page.
  const focused = atLauncher();
  isOpen = false;
  panel?.tell({ type: "close" });
  draw();
  if (focused) launcher.button.focus();
  drop();
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
  launcher = makeLauncher();
  lending = lend(keptBelow(given.siteKey), (message) => panel?.tell(message), gone);
  listeners = [];
  panel = person = told = wiped = null;
  isOpen = forgetting = false;
  unread = waited = 0;
  href = "";
  said = {};
  const { button, host, root } = launcher;
  const clock = setInterval(() => {
    if (panel && href !== location.href) track();
    // After 8 seconds, 16, 32, …: a slow network gets its time.
    if (panel && !panel.answered && ++waited > 7 && !(waited & (waited - 1))) renew();
  }, pageGap);
  const later = setTimeout(() => mark() == "1" && load(), calm);
  button.onclick = toggle;
  button.onpointerenter = button.onfocus = load;
  root.addEventListener("keydown", (event) => (event as KeyboardEvent).key === "Escape" && close());
  addEventListener("online", renew, gone);
  addEventListener("resize", draw, gone);
  stay(host, gone, ask);
  return {
    ...calls,
    /** Forgets the visitor and takes everything away that the widget brought. */
    shutdown: () => {
      clearTimeout(later);
      clearInterval(clock);
      gone.abort();
      host.hidden = true;
      isOpen = false;
      const { untitle } = lending;
      logout();
      const left = panel;
      wiped = () => {
        left?.remove();
        untitle();
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
  hide: () => {
    close();
    launcher.host.hidden = true;
  },
  on: (name: string, listener: Listener) => void listeners.push([name, listener]),
  off: (name: string, listener?: Listener) => {
    listeners = listeners.filter(([to, other]) => to !== name || (listener && listener !== other));
  },
  identify: (who: Person) => {
    person = who;
    panel?.tell({ type: "identify", person });
  },
  setLocale: (locale: string) => calls.setTheme({ locale }),
  setTheme: (to: Theme) => {
    said = { ...said, ...to };
    ask();
  },
};
