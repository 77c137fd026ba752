import { soundColor, type Wish } from "../shared/bridge.js";
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

/** The page's wish before the site's setting before what is usual. */
export function lookOf(config: Config | null, wish: Wish & Partial<Look>): Look {
  const theme: Config["theme"] & { radius?: number } = config?.theme ?? {};
  return {
    color: soundColor(wish.color || theme.color),
    mode: soundMode(wish.mode) ?? soundMode(theme.mode) ?? "auto",
    radius: soundRadius(wish.radius ?? theme.radius),
    greeting: wish.greeting ?? config?.greeting ?? "",
  };
}

function soundMode(mode: unknown): Mode | null {
  return mode === "light" || mode === "dark" || mode === "auto" ? mode : null;
}

function soundRadius(radius: unknown): number {
  return typeof radius === "number" && Number.isFinite(radius) ? Math.min(24, Math.max(0, radius)) : usualRadius;
}
