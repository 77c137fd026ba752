// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { leads, Route } from "../../src/widget/route.js";
import { computed, signal, watchSignals } from "../../src/widget/signal.js";

test("back leads the way one came, and from the first place to the start page", () => {
  const route = new Route();
  expect(route.place.value).toEqual({ screen: "talk" });
  route.begin({ screen: "home" });
  route.go({ screen: "help" }, null);
  route.go({ screen: "article", id: "art_1" }, null);
  expect(route.place.value).toEqual({ screen: "article", id: "art_1" });
  route.back();
  expect(route.place.value).toEqual({ screen: "help" });
  route.back();
  route.back();
  expect(route.place.value).toEqual({ screen: "home" });
});

test("the mark of what led away comes back with the way back, once", () => {
  const button = document.createElement("button");
  for (const [name, value] of Object.entries(leads("article-7"))) button.setAttribute(name, value);
  const route = new Route();
  route.go({ screen: "help" }, button);
  expect(route.lead).toBeNull();
  route.back();
  expect(route.lead).toBe("article-7");
  route.go({ screen: "help" }, null);
  expect(route.lead).toBeNull();
  route.back();
  expect(route.lead).toBeNull();
});

test("each move is counted, so that a view can tell it from a redraw", () => {
  const route = new Route();
  route.go({ screen: "help" }, null);
  route.back();
  expect(route.moves.value).toBe(2);
});

test("a value tells of a change, not of being set to what it was", () => {
  const count = signal(1);
  const double = computed(() => count.value * 2);
  const seen: number[] = [];
  const end = watchSignals(() => seen.push(double.value));
  count.value = 2;
  count.value = 2;
  count.value = 3;
  end();
  count.value = 4;
  expect(seen).toEqual([4, 6]);
  expect(double.value).toBe(8);
});
