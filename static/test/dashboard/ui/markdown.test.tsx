import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { blocksOf, Markdown, safeLink } from "../../../src/dashboard/ui/Markdown.js";

const html = (text: string): string => render(<Markdown>{text}</Markdown>).container.firstElementChild?.innerHTML ?? "";

test("headings, lists, quotes, code and rules become elements", () => {
  const out = html("# One\n\n- a\n- b\n\n1. x\n2. y\n\n> said\n\n```\n<b>&\n```\n\n---\n\nline\nnext");
  expect(out).toContain('<h2 data-level="1">One</h2>');
  expect(out).toContain("<ul><li>a</li><li>b</li></ul>");
  expect(out).toContain("<ol><li>x</li><li>y</li></ol>");
  expect(out).toContain("<blockquote>said</blockquote>");
  expect(out).toMatch(/<pre[^>]*>&lt;b&gt;&amp;<\/pre>/);
  expect(out).toContain("<hr>");
  expect(out).toContain("<p>line<br>next</p>");
});

test("spans of a line become elements, within each other too", () => {
  expect(html("**bold *and* italic** `code` _plain_")).toContain("<code>code</code>");
  expect(html("**a `b`**")).toBe("<p><strong>a <code>b</code></strong></p>");
});

test("HTML stays text", () => {
  const out = html('<img src=x onerror="alert(1)"> <script>1</script>');
  expect(out).not.toContain("<img");
  expect(out).not.toContain("<script");
});

test.each(["javascript:alert(1)", "data:text/html,x", " JaVaScRiPt:x", "vbscript:x", "//evil.example"])("%s is no address to go to", (address) => {
  expect(safeLink(address)).toBeNull();
  expect(html(`[here](${address})`)).not.toContain("href");
});

test("links open elsewhere and tell nothing of here", () => {
  render(<Markdown>{"[Docs](https://example.com/a) and https://example.com/b"}</Markdown>);
  const links = screen.getAllByRole("link");
  expect(links.map((link) => link.getAttribute("href"))).toEqual(["https://example.com/a", "https://example.com/b"]);
  for (const link of links) expect(link.getAttribute("rel")).toBe("noreferrer noopener");
});

test("a fence that never ends takes the rest, and an empty text nothing", () => {
  expect(blocksOf("```\na\n# b")).toEqual([{ kind: "code", text: "a\n# b" }]);
  expect(blocksOf("\n \n")).toEqual([]);
});

test("any text is drawn, and comes to an end", () => {
  const signs = ["#", "`", "*", "_", "[", "](", ")", "\n", ">", "- ", "1. ", "```", "a", " ", "https://x"];
  let seed = 7;
  const next = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648);
  for (let n = 0; n < 300; n++) {
    const text = Array.from({ length: 1 + (next() % 24) }, () => signs[next() % signs.length]).join("");
    expect(() => render(<Markdown>{text}</Markdown>).unmount(), JSON.stringify(text)).not.toThrow();
  }
});
