import type { ComponentChildren } from "preact";
import { blocksOf, type Block } from "./blocks.js";

/** Addresses, and what the team writes: links, bold, italic and code. Nothing else is more than text. */
const address = /https?:\/\/[^\s<>"]*[^\s<>"'.,:;!?)\]}*_`]/;
const named = /!?\[[^\]\n]+\]\(https?:\/\/[^\s<>")]+\)/;
const strong = /\*{3}[^*\n]+\*{3}|\*\*[^*\n]+\*\*|__[^_\n]+__(?!\w)/;
const soft = /(?<!\*)\*[^*\s](?:[^*\n]*[^*\s])?\*(?![\w*])|(?<!\w)_[^_\s](?:[^_\n]*[^_\s])?_(?!\w)/;
const plain = new RegExp(`(${address.source})`);
const marked = new RegExp(`(${named.source}|${address.source}|\`[^\`\n]+\`|${strong.source}|${soft.source})`);

/** A text of the visitor, in which only addresses are more than text. */
export const Plain = ({ text }: { text: string }) => <>{pieces(text, plain)}</>;

/** A text of the team, in which a little Markdown is understood. Headings are no larger than the text. */
export const Marked = ({ text }: { text: string }) => <>{blocksOf(text).map(Bubbled)}</>;

/** An article: the same, with headings that a screen reader can walk along. */
export const Article = ({ text }: { text: string }) => <>{blocksOf(text).map(Read)}</>;

const Bubbled = (block: Block, key: number) =>
  block.kind === "heading" ? (
    <p key={key}>
      <strong>{pieces(block.text, marked)}</strong>
    </p>
  ) : (
    <Drawn key={key} block={block} />
  );

function Read(block: Block, key: number) {
  if (block.kind !== "heading") return <Drawn key={key} block={block} />;
  // The article's own title is the second level.
  const Level = block.level <= 2 ? "h3" : "h4";
  return <Level key={key}>{pieces(block.text, marked)}</Level>;
}

function Drawn({ block }: { block: Exclude<Block, { kind: "heading" }> }) {
  if ("items" in block) return <List block={block} />;
  if (block.kind === "code") return <pre tabIndex={0}><code>{block.text}</code></pre>;
  if (block.kind === "quote") return <blockquote><p dir="auto">{pieces(block.text, marked)}</p></blockquote>;
  return <p dir="auto">{pieces(block.text, marked)}</p>;
}

function List({ block }: { block: Extract<Block, { items: string[] }> }) {
  const items = block.items.map((item, i) => (
    <li key={i}>
      {pieces(item, marked)}
    </li>
  ));
  return block.kind === "numbers" ? <ol start={block.start} dir="auto">{items}</ol> : <ul dir="auto">{items}</ul>;
}

function pieces(text: string, pattern: RegExp): ComponentChildren[] {
  // Splitting by a group puts what it caught at the odd places.
  return text.split(pattern).map((piece, i) => (i % 2 === 1 ? <Piece key={i} text={piece} /> : piece));
}

function Piece({ text }: { text: string }) {
  const link = /^!?\[(.+)\]\((.+)\)$/.exec(text);
  if (link) return <Link href={link[2] ?? ""} text={link[1] ?? ""} />;
  if (/^https?:/.test(text)) return <Link href={text} text={text} />;
  if (/^(\*\*|__)/.test(text)) return <strong>{pieces(text.slice(2, -2), marked)}</strong>;
  if (text.startsWith("`")) return <code>{text.slice(1, -1)}</code>;
  return <em>{pieces(text.slice(1, -1), marked)}</em>;
}

/** A link out. Where it leads can be read: a text that does not begin with its host is followed by it. */
function Link({ href, text }: { href: string; text: string }) {
  const target = URL.canParse(href) ? new URL(href) : null;
  if (!target) return <>{text}</>;
  const honest = text.replace(/^https?:\/\//, "").startsWith(target.host) && target.username === "";
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" {...(text === href ? { dir: "ltr" as const } : {})}>
      {text}
      {!honest && <small class="where" dir="ltr">{` ${target.host}`}</small>}
    </a>
  );
}
