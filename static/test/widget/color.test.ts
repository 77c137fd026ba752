import { expect, test } from "vitest";
import { inkOn } from "../../src/shared/bridge.js";
import { contrast, grounds, mix, paletteOf, readable } from "../../src/widget/color.js";
import { seeded } from "../fake/random.js";

/** Greys, pure and mixed hues, what brands like, and some thousand at random. */
function* colors(): Generator<string> {
  for (const part of ["00", "33", "66", "77", "80", "99", "cc", "ff"]) {
    yield `#${part}${part}${part}`;
    for (const other of ["00", "80", "ff"]) yield* [`#${part}${other}00`, `#00${part}${other}`, `#${other}00${part}`];
  }
  const random = seeded(7);
  for (let i = 0; i < 3_000; i++) yield `#${Math.floor(random() * 0x1000000).toString(16).padStart(6, "0")}`;
}

test("text on any site's colour can be read", () => {
  for (const color of colors()) expect(contrast(color, inkOn(color)), color).toBeGreaterThanOrEqual(4.5);
});

test("any site's colour as text can be read on the ground and on its own tint, in both modes", () => {
  for (const color of colors()) {
    const palette = paletteOf(color);
    for (const mode of ["light", "dark"] as const) {
      const ink = palette[`--accent-ink-${mode}`] ?? "";
      expect(contrast(ink, palette[`--tint-${mode}`] ?? ""), `${color} on its tint`).toBeGreaterThanOrEqual(4.5);
      expect(contrast(ink, grounds[mode]), `${color} on the ground`).toBeGreaterThanOrEqual(4.5);
    }
  }
});

test("a colour that can be read already stays what it is", () => {
  expect(readable("#1f5f57", "#ffffff")).toBe("#1f5f57");
  expect(readable("#ffd400", "#ffffff")).not.toBe("#ffd400");
  expect(readable("#ffffff", "#ffffff")).toMatch(/^#[0-7]/);
});

test("a colour that melts into the ground gets an edge, another does not", () => {
  expect(paletteOf("#ffffff")).toMatchObject({ "--accent-edge-light": "var(--edge)", "--accent-edge-dark": "transparent" });
  expect(paletteOf("#16181d")).toMatchObject({ "--accent-edge-light": "transparent", "--accent-edge-dark": "var(--edge)" });
});

test("contrast and mixing are what WCAG and arithmetic say", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
  expect(mix("#ff0000", "#0000ff", 0.5)).toBe("#800080");
});
