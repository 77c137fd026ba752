import { expect, test } from "vitest";
import { defaultColor } from "../../src/shared/bridge.js";
import { lookOf } from "../../src/widget/look.js";

const config = { greeting: "Hello", theme: { color: "#112233", mode: "dark" as const } };

test("the page's wish comes before the site's setting, and that before what is usual", () => {
  expect(lookOf(null, { color: "" })).toEqual({ color: defaultColor, mode: "auto", radius: 18, greeting: "" });
  expect(lookOf(config, { color: "" })).toMatchObject({ color: "#112233", mode: "dark", greeting: "Hello" });
  const theme = { color: "#abc", mode: "light", radius: "4", greeting: "Ahoy" };
  expect(lookOf(config, { color: "#445566", theme })).toEqual({ color: "#aabbcc", mode: "light", radius: 4, greeting: "Ahoy" });
});

test("odd wishes are no wishes", () => {
  const theme = { mode: "sepia", radius: "round", color: "url(x)" };
  expect(lookOf(config, { color: "", theme })).toMatchObject({ color: defaultColor, mode: "dark", radius: 18 });
  expect(lookOf(config, { color: "", theme: { radius: "999" } }).radius).toBe(24);
  expect(lookOf(config, { color: "", theme: { radius: "" } }).radius).toBe(18);
});
