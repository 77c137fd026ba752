// @vitest-environment happy-dom
import { render } from "preact";
import { expect, test } from "vitest";
import { blocksOf } from "../../src/widget/blocks.js";
import { Article, Marked } from "../../src/widget/rich.js";

function html(view: preact.ComponentChild): string {
  const box = document.createElement("div");
  render(view, box);
  return box.innerHTML.replaceAll(' dir="auto"', "");
}

test("lists, steps, code, quotes and paragraphs are what they look like", () => {
  const text = "Do this:\n\n1. Open *it*\n2. Close\n   it\n\n- one\n- two\n\n```js\na **b**\n```\n> so\n> be it\nend";
  expect(html(<Marked text={text} />)).toBe(
    "<p>Do this:</p><ol start=\"1\"><li>Open <em>it</em></li><li>Close\nit</li></ol><ul><li>one</li><li>two</li></ul>" +
      '<pre tabindex="0"><code>a **b**</code></pre><blockquote><p>so\nbe it</p></blockquote><p>end</p>',
  );
});

test("a heading is bold in a bubble and a heading in an article", () => {
  expect(html(<Marked text="## Refunds" />)).toBe("<p><strong>Refunds</strong></p>");
  expect(html(<Article text={"## Refunds\n#### Small"} />)).toBe("<h3>Refunds</h3><h4>Small</h4>");
});

test("a link says where it leads, unless its text does", () => {
  const drawn = html(<Marked text="[our page](https://shop.example/a) and [shop.example/b](https://shop.example/b)" />);
  expect(drawn).toContain('>our page<small class="where" dir="ltr"> shop.example</small></a>');
  expect(drawn).toContain(">shop.example/b</a>");
  expect(html(<Marked text="https://bank.example@evil.example/" />)).toContain("> evil.example</small>".slice(1));
});

test("no picture is loaded and no other scheme is a link", () => {
  const drawn = html(<Marked text={"![x](https://track.example/p.gif) [a](javascript:alert(1)) [b](data:text/html,x) <img src=x>"} />);
  expect(drawn).not.toContain("<img");
  expect(drawn).toContain('href="https://track.example/p.gif"');
  expect(drawn.match(/<a /g)).toHaveLength(1);
});

test("what is no Markdown stays as it was typed", () => {
  expect(html(<Marked text="2*3*4 snake_case_name a**b c* 5. x" />)).toBe("<p>2*3*4 snake_case_name a**b c* 5. x</p>");
  expect(html(<Marked text="**bold with `code`** and _soft_" />)).toBe(
    "<p><strong>bold with <code>code</code></strong> and <em>soft</em></p>",
  );
});

test("an unclosed fence takes the rest, and no text makes no block", () => {
  expect(blocksOf("```\nx\ny")).toEqual([{ kind: "code", text: "x\ny" }]);
  expect(blocksOf("\n \n")).toEqual([]);
  expect(blocksOf("a\r\nb")).toEqual([{ kind: "text", text: "a\nb" }]);
});

test("a text made to be slow is drawn at once", () => {
  const hostile = [`${"*".repeat(5_000)}a`, `${"[".repeat(5_000)}](`, "_a".repeat(4_000), "> ".repeat(2_000), `${"`".repeat(4_999)}x`];
  const start = performance.now();
  for (const text of hostile) html(<Marked text={text} />);
  expect(performance.now() - start).toBeLessThan(2_000);
});

test("words between three stars are bold and italic, in a bubble as at the team's desk", () => {
  expect(html(<Marked text="a ***very loud*** word, *soft* and **strong**" />)).toBe("<p>a <strong><em>very loud</em></strong> word, <em>soft</em> and <strong>strong</strong></p>");
});
