import { inkOn } from "../shared/bridge.js";

/** The two grounds that the frame draws on; the style sheet has the same. */
export const grounds = { light: "#ffffff", dark: "#17191d" } as const;

type Rgb = [number, number, number];

const rgbOf = (color: string): Rgb => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)) as Rgb;
const hexOf = (rgb: Rgb): string => `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;

/** `share` of one colour in another. */
export function mix(color: string, other: string, share: number): string {
  const [one, two] = [rgbOf(color), rgbOf(other)];
  return hexOf(one.map((part, i) => part * share + (two[i] ?? 0) * (1 - share)) as Rgb);
}

/** Relative luminance, as WCAG 2 defines it. */
function luminance(color: string): number {
  const [red, green, blue] = rgbOf(color).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The contrast of two colours, as WCAG 2 defines it: 1 to 21. */
export function contrast(one: string, two: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(two)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** The colour, moved towards black or white no further than it can be read on a ground (4.5 to 1). */
export function readable(color: string, ground: string, least = 4.5): string {
  const pole = inkOn(ground);
  for (let share = 1; share > 0; share -= 0.04) {
    const moved = mix(color, pole, share);
    if (contrast(moved, ground) >= least) return moved;
  }
  return pole;
}

/** The custom properties that a site's colour gives, for both modes; the style sheet takes its own. */
export function paletteOf(color: string): Record<string, string> {
  const palette: Record<string, string> = { "--accent": color, "--on-accent": inkOn(color) };
  for (const [mode, ground] of Object.entries(grounds)) {
    const tint = mix(color, ground, mode === "light" ? 0.07 : 0.16);
    palette[`--tint-${mode}`] = tint;
    palette[`--accent-ink-${mode}`] = readable(readable(color, tint), ground);
    // A colour that melts into the ground gets an edge.
    palette[`--accent-edge-${mode}`] = contrast(color, ground) < 1.5 ? "var(--edge)" : "transparent";
  }
  return palette;
}
