import { beforeEach, expect, test } from "vitest";
import { filterOf, narrowed, parseSearch, viewOf } from "../../../src/dashboard/inbox/filter.js";
import { forgetFilter, saveFilter, savedFilters } from "../../../src/dashboard/inbox/saved.js";

beforeEach(() => savedFilters.get().forEach(({ name }) => forgetFilter(name)));

test("of an address only what is known counts", () => {
  expect(parseSearch({ view: "mine", channel: "pigeon", priority: "high", label: "  ", q: 17, sort: "created_at:asc", x: 1 })).toEqual({ view: "mine", priority: "high", q: "17", sort: "created_at:asc" });
  expect(viewOf(parseSearch({ view: "nothing" }))).toBe("all");
});

test("each view asks for its own", () => {
  expect(filterOf({})).toEqual({ status: "open" });
  expect(filterOf({ view: "mine" })).toEqual({ status: "open", assigned_to: "me" });
  expect(filterOf({ view: "mentions" })).toEqual({ status: "open", mentions: "me" });
  expect(filterOf({ site: "site_1" })).toEqual({ status: "open", site: "site_1" });
  expect(filterOf({ view: "closed", label: "vip", q: "bowl" })).toEqual({ status: "closed", label: "vip", search: "bowl" });
});

test("an order narrows nothing", () => {
  expect(narrowed({ sort: "created_at:asc", view: "mine" })).toBe(false);
  expect(narrowed({ q: "bowl" })).toBe(true);
});

test("a filter's name is kept once, in the browser", () => {
  saveFilter("Hot", { priority: "high" });
  saveFilter("Hot", { priority: "urgent" });
  expect(savedFilters.get()).toEqual([{ name: "Hot", search: { priority: "urgent" } }]);
  expect(JSON.parse(localStorage.getItem("parley.filters") ?? "")).toHaveLength(1);
  forgetFilter("Hot");
  expect(savedFilters.get()).toEqual([]);
});
