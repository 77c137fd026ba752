import type { Page } from "./wire.js";

/**
 * What the customer's page (the host) and the chat frame tell each other. All of it travels over one
 * MessagePort, which the host hands to each document of the frame once, addressed to the server's
 * origin; the frame takes it once, from its parent window and the parent's origin alone.
 */
export type ToFrame =
  /** First: the page the visitor is on, what it asks for, and whether the panel is open. */
  | { type: "hello"; page: Page; wish: Wish; open: boolean }
  | { type: "open"; page: Page }
  | { type: "close" };

/** What the script tag and the page around it ask for. Empty texts leave it to the site. */
export interface Wish {
  locale: string;
  /** The tag insists on the language; otherwise it is only that of the page. */
  pinned: boolean;
  color: string;
}

/** What the frame tells the host. */
export type ToHost =
  /** How the launcher should look, now that the site's configuration is known. */
  | { type: "look"; color: string; side: Side; labels: Labels }
  | { type: "unread"; count: number }
  /** The visitor wants the panel closed. */
  | { type: "close" };

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

/** The colour of what is not configured otherwise. */
export const defaultColor = "#1f5f57";

const hex = /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i;

/** A colour as `#rrggbb`, or the default for anything that is none. */
export function soundColor(text: string | null | undefined): string {
  if (!text || !hex.test(text)) return defaultColor;
  return text.length === 7 ? text : text.replace(/[0-9a-f]/gi, "$&$&");
}

/** Black or white, whichever can be read better on a colour (WCAG 2 relative luminance). */
export function inkOn(color: string): "#000000" | "#ffffff" {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const share = Number.parseInt(color.slice(start, start + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 ? "#ffffff" : "#000000";
}

/** The side that a configured position (`left`, `bottom-right`, …) names. */
export const sideOf = (position: string | null | undefined): Side => (/left/.test(position ?? "") ? "left" : "right");
