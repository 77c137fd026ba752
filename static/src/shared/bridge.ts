import type { Person } from "./identity.js";
import type { Page } from "./wire.js";

/**
 * What the customer's page (the host) and the chat frame tell each other. All of it travels over one
 * MessagePort, which the host hands to each document of the frame once, addressed to the server's
 * origin; the frame takes it once, from its parent window and the parent's origin alone.
 */
export type ToFrame =
  /** First: the page the visitor is on, what it asks for, whether the panel is open, and who is said to be there. */
  | { type: "hello"; page: Page; wish: Wish; open: boolean; person?: Person | null; stored?: Stored | null; forget?: boolean }
  | { type: "open"; page: Page }
  | { type: "close" }
  /** The visitor went to another page, or the page changed its wishes. */
  | { type: "page"; page: Page }
  | { type: "wish"; wish: Wish }
  | { type: "identify"; person: Person }
  /** The visitor is to be forgotten on this device. */
  | { type: "wipe" }
  /** Another tab changed what is kept in the storage of the customer's page. */
  | { type: "stored"; key: string; value: string | null }
  /** This tab leads the others, or another one does. */
  | { type: "lead"; name: string; leading: boolean };

/** What the widget has kept in the storage of the customer's page. */
export type Stored = Record<string, string>;

/** How the chat should look: `mode` is light, dark or auto; names that begin with `--parley-` are custom properties. */
export type Theme = { color?: string; position?: string; mode?: string } & { [property: string]: string };

/** What the script tag and the page around it ask for. Empty texts leave it to the site. */
export interface Wish {
  locale: string;
  /** The tag insists on the language; otherwise it is only that of the page. */
  pinned: boolean;
  color: string | undefined;
  theme?: Theme;
}

/** What the frame tells the host. */
export type ToHost =
  /** First: the frame is there, with something to show. */
  | { type: "here" }
  /** How the launcher should look, now that the site's configuration is known. */
  | { type: "look"; color: string; side: Side; labels: Labels }
  | { type: "unread"; count: number }
  /** The visitor wants the panel closed. */
  | { type: "close" }
  /** Keeps a text in the storage of the customer's page; null removes it. */
  | { type: "store"; key: string; value: string | null }
  /** Puts a text in the place of the page's own title; without one the title is what the page made it. */
  | { type: "title"; text?: string }
  /** Stands for leader of the tabs by the locks of the customer's page, or stands down. */
  | { type: "lead"; name: string; leave?: boolean }
  /** The visitor is forgotten. */
  | { type: "wiped" };

/** The edge of the page at which launcher and panel are. */
export type Side = "left" | "right";

/** The launcher's words, in the visitor's language. `{n}` stands for a number. */
export interface Labels {
  open: string;
  close: string;
  unread: string;
  frame: string;
}

/** The text of the one window message, which carries the port. */
export const handover = "parley:port";

/** Where everything is kept that belongs to a site, in whichever storage. */
export const keptBelow = (siteKey: string): string => `parley:${siteKey}:`;

/** The name of the mark that the frame leaves with the customer's page. */
export const returning = "back";

/** What the mark says: something is to be delivered or waited for, something is only kept and may have to be forgotten, or nothing is. */
export type Mark = "1" | "0" | null;

/** The colour of what is not configured otherwise. */
export const defaultColor = "#1f5f57";

const hex = /^#([0-9a-f]{3}){1,2}$/i;

/** A colour as `#rrggbb`, or the default for anything that is none. */
export function soundColor(text: string | null | undefined): string {
  if (!text || !hex.test(text)) return defaultColor;
  return text.length === 7 ? text : text.replace(/\w/g, "$&$&");
}

/**
 * Black or white, whichever can be read better on a colour: they are equal at a relative luminance of
 * 0.179 (WCAG 2). A plain power of 2.2 stands for sRGB's curve, which is at most 0.004 off there.
 */
export function inkOn(color: string): "#000000" | "#ffffff" {
  const light = (start: number) => (parseInt(color.slice(start, start + 2), 16) / 255) ** 2.2;
  return 0.2126 * light(1) + 0.7152 * light(3) + 0.0722 * light(5) > 0.179 ? "#000000" : "#ffffff";
}

/** The side that a configured position (`left`, `bottom-right`, …) names. */
export const sideOf = (position: string | null | undefined): Side => (/left/.test(position ?? "") ? "left" : "right");
