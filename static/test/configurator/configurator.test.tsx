// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { beforeEach, expect, test, vi } from "vitest";
import { Configurator } from "../../src/configurator/Configurator.js";
import { wishOf } from "../../src/configurator/Preview.js";
import { languages, snippetOf, swatches, typedColor, usual } from "../../src/configurator/settings.js";
import { inkOn } from "../../src/shared/bridge.js";
import { contrast } from "../../src/widget/color.js";
import { dictionaries } from "../../src/widget/i18n/index.js";

const find = <T extends HTMLElement>(selector: string): T => document.querySelector<T>(selector) as T;
const line = () => find("pre").textContent ?? "";

beforeEach(() => {
  render(null, document.body);
  render(<Configurator siteKey="pk_live_1" origin="https://chat.example/" />, document.body);
});

async function set(selector: string, value: string, event = "input"): Promise<void> {
  await act(() => {
    find<HTMLInputElement>(selector).value = value;
    find(selector).dispatchEvent(new Event(event, { bubbles: true }));
  });
}

test("at first the line holds no more than it needs", () => {
  expect(line().replaceAll(/\s+/g, " ")).toBe(
    `<script src="https://chat.example/widget.js" data-site-key="pk_live_1" data-color="${usual.color}" async></script>`,
  );
});

test("each choice stands in the line", async () => {
  await act(() => find("[value=left]").click());
  await act(() => find("[value=dark]").click());
  await set("#radius", "6");
  await set("#greeting", "Hi <b> & \"you\"");
  await set("#locale", "ar", "change");
  await act(() => find(`[name=swatch][value="${swatches[2]}"]`).click());
  for (const part of ['data-position="left"', 'data-mode="dark"', 'data-radius="6"', 'data-locale="ar"', `data-color="${swatches[2]}"`]) {
    expect(line()).toContain(part);
  }
  expect(line()).toContain('data-greeting="Hi &lt;b&gt; &amp; &quot;you&quot;"');
});

test("a typed colour counts once it is one", async () => {
  await set(".own [type=text]", "#12");
  expect(line()).toContain(usual.color);
  expect(find(".own [type=text]").getAttribute("aria-invalid")).toBe("true");
  await set(".own [type=text]", "F80");
  expect(line()).toContain('data-color="#ff8800"');
  expect(["", "red", "#12345", "12345g"].map(typedColor)).toEqual([null, null, null, null]);
});

test("the line is copied, and it says so when the browser forbids it", async () => {
  const writeText = vi.fn().mockResolvedValueOnce(undefined).mockRejectedValueOnce(new Error("no"));
  vi.stubGlobal("navigator", { ...navigator, clipboard: { writeText } });
  await act(async () => find(".caption button").click());
  expect(writeText).toHaveBeenCalledWith(line());
  expect(find(".caption button").textContent).toBe("Copied");
  await act(async () => find(".caption button").click());
  expect(find(".snippet [role=status]").textContent).toContain("does not let us copy");
  vi.unstubAllGlobals();
});

test("the preview hears the choices in the loader's words", () => {
  expect(wishOf({ ...usual, greeting: " Ahoy ", radius: 4, mode: "light", locale: "de" })).toEqual({
    locale: "de",
    pinned: true,
    color: usual.color,
    theme: { color: usual.color, mode: "light", radius: "4", greeting: "Ahoy" },
  });
  expect(wishOf(usual).theme).not.toHaveProperty("greeting");
});

test("it offers every language of the widget, and colours on which text can be read", () => {
  expect(Object.keys(languages).sort()).toEqual(Object.keys(dictionaries).sort());
  for (const color of swatches) expect(contrast(color, inkOn(color)), color).toBeGreaterThanOrEqual(4.5);
  expect(snippetOf(usual, "https://a.example", "k")).not.toContain("data-mode");
});
