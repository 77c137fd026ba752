import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { Markdown } from "../../../src/dashboard/ui/Markdown.js";
import { plain } from "../../../src/dashboard/ui/marks.js";

const drawn = (text: string, under?: number): string => render(<Markdown {...(under === undefined ? {} : { under })}>{text}</Markdown>).container.firstElementChild?.innerHTML ?? "";

test("headings, lists, quotes and code of an article become elements, at their place below the page's own", () => {
  const out = drawn("# One\n\n- a\n- b\n\n3. x\n4. y\n\n> said\n\n```\n<b>&\n- **raw**\n```\n\nline\nnext", 1);
  expect(out).toContain('<h2 data-level="1">One</h2>');
  expect(out).toContain("<ul><li>a</li><li>b</li></ul>");
  expect(out).toContain('<ol start="3"><li>x</li><li>y</li></ol>');
  expect(out).toContain("<blockquote>said</blockquote>");
  expect(out).toMatch(/<pre[^>]*>&lt;b&gt;&amp;\n- \*\*raw\*\*<\/pre>/);
  expect(out).toContain("<p>line\nnext</p>");
});

test("a message has no headings that a screen reader would meet among the page's", () => {
  expect(drawn("# One\ntwo")).toBe('<p data-level="1">One</p><p>two</p>');
});

test("spans of a line become elements, within each other too", () => {
  expect(drawn("**bold *and* italic** `a*b*` _plain_ ~~gone~~")).toBe("<p><strong>bold <em>and</em> italic</strong> <code>a*b*</code> <em>plain</em> <s>gone</s></p>");
});

test("signs within words and sums stay what they are", () => {
  for (const text of ["snake_case_name", "2*3*4", "a * b * c", "**", "1 < 2", "file_name and other_name"]) expect(drawn(text)).toBe(`<p>${text.replace("<", "&lt;")}</p>`);
});

test("HTML stays text", () => {
  const out = drawn('<img src=x onerror="alert(1)"> <script>1</script>');
  expect(out).not.toContain("<img");
  expect(out).not.toContain("<script");
});

test.each(["javascript:alert(1)", "data:text/html,x", " JaVaScRiPt:x", "vbscript:x", "//evil.example", "/app", "https://"])("%s is no address to go to", (address) => {
  expect(drawn(`[here](${address})`)).not.toContain("href");
});

test("links open elsewhere and tell nothing of here", () => {
  render(<Markdown>{"[example.com](https://example.com/a) and https://example.com/b."}</Markdown>);
  const links = screen.getAllByRole("link");
  expect(links.map((link) => link.getAttribute("href"))).toEqual(["https://example.com/a", "https://example.com/b"]);
  for (const link of links) expect([link.getAttribute("rel"), link.getAttribute("target"), link.querySelector("small")]).toEqual(["noopener noreferrer nofollow", "_blank", null]);
});

test("a link that names another host than it leads to says where it leads", () => {
  render(<Markdown>{"[https://bank.example](https://evil.example/login) [x](https://bank.example@evil.example)"}</Markdown>);
  expect(screen.getAllByRole("link").map((link) => link.querySelector("small")?.textContent)).toEqual(["evil.example", "evil.example"]);
});

test("any text is drawn, and comes to an end", () => {
  const signs = ["#", "`", "*", "_", "[", "](", ")", "\n", ">", "- ", "1. ", "```", "~~", "a", " ", "https://x"];
  let seed = 7;
  const next = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648);
  for (let n = 0; n < 300; n++) {
    const text = Array.from({ length: 1 + (next() % 24) }, () => signs[next() % signs.length]).join("");
    expect(() => render(<Markdown>{text}</Markdown>).unmount(), JSON.stringify(text)).not.toThrow();
  }
});

test.each([
  ["Hello **there**, this is _written_ offline.", "Hello there, this is written offline."],
  ["Hello **bold** [link](https://x.example) and `code`, ~~old~~", "Hello bold link and code, old"],
  ["***very _loud_***", "very loud"],
  ["# Title", "Title"],
  ["> said", "said"],
  ["- one - two", "one - two"],
  ["``` let x = 1; ```", " let x = 1; "],
  ["2 * 3 * 4, snake_case_name and a_b", "2 * 3 * 4, snake_case_name and a_b"],
  ["https://example.com/a_b_c", "https://example.com/a_b_c"],
  ["See **what was cut in the mid…", "See what was cut in the mid…"],
  ["See [the page](https://example.com/a/very/lo…", "See the page…"],
  ["```", "```"],
  ["", ""],
])("in one line, “%s” reads “%s”", (text, words) => expect(plain(text)).toBe(words));

test.each(["Hello **there**, this is _written_", "***very _loud_*** and `co*d*e`", "a * b * c, **2*3*4** and ~~x~~", "# A **title**", "> _said_"])("“%s” reads in one line as it is drawn", (text) => {
  expect(plain(text)).toBe(render(<Markdown>{text}</Markdown>).container.textContent);
});
