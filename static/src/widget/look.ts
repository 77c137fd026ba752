import { soundColor } from "../shared/bridge.js";
import type { Config } from "../shared/wire.js";

/** Light, dark, or whatever the visitor's system is set to. */
export type Mode = "auto" | "light" | "dark";

/** How the frame looks, and what it says first. */
export interface Look {
  color: string;
  mode: Mode;
  /** How round corners are, in pixels: 0 to 24. */
  radius: number;
  greeting: string;
}

const usualRadius = 18;

/** What the customer's page asks for, as its script said it: texts, each of which may be absent or odd. */
export interface Asked {
  color: string | undefined;
  theme?: Record<string, string>;
}

/** The page's wish before the site's setting before what is usual. */
export function lookOf(config: Config | null, { color, theme: asked = {} }: Asked): Look {
  const theme: Config["theme"] & { radius?: number } = config?.theme ?? {};
  return {
    color: soundColor(asked["color"] || color || theme.color),
    mode: soundMode(asked["mode"]) ?? soundMode(theme.mode) ?? "auto",
    radius: soundRadius(asked["radius"]) ?? soundRadius(theme.radius) ?? usualRadius,
    greeting: asked["greeting"] || (config?.greeting ?? ""),
  };
}

function soundMode(mode: unknown): Mode | null {
  return mode === "light" || mode === "dark" || mode === "auto" ? mode : null;
}

function soundRadius(radius: unknown): number | null {
  const pixels = radius === undefined || radius === "" || radius === null ? Number.NaN : Number(radius);
  return Number.isFinite(pixels) ? Math.min(24, Math.max(0, pixels)) : null;
}
