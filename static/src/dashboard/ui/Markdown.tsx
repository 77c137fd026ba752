import { memo, type ReactNode } from "react";
// The widget's own: what is drawn here is what a visitor is shown.
import { blocksOf, type Block } from "../../widget/blocks.js";
import { linked, marked } from "./marks.js";
import style from "./markdown.module.css";

/** A link out. Where it leads can be read: a text that does not begin with its host is followed by it. */
function Out({ to, text }: { to: string; text: string }) {
  const target = URL.canParse(to) ? new URL(to) : null;
  if (!target) return <>{text}</>;
  const honest = text.replace(/^https?:\/\//, "").startsWith(target.host) && target.username === "";
  return (
    <a href={to} target="_blank" rel="noopener noreferrer nofollow" title={to}>
      <bdi>{text}</bdi>
      {honest ? null : <small dir="ltr">{target.host}</small>}
    </a>
  );
}

function Piece({ text }: { text: string }) {
  const link = linked.exec(text);
  if (link?.[1] && link[2]) return <Out to={link[2]} text={link[1]} />;
  if (/^https?:/.test(text)) return <Out to={text} text={text} />;
  if (text.startsWith("`")) return <code>{text.slice(1, -1)}</code>;
  if (/^(\*\*|__)/.test(text)) return <strong>{pieces(text.slice(2, -2))}</strong>;
  if (text.startsWith("~~")) return <s>{pieces(text.slice(2, -2))}</s>;
  return <em>{pieces(text.slice(1, -1))}</em>;
}

const pieces = (text: string): ReactNode =>
  // Splitting by a group puts what it caught at the odd places.
  text.split(marked).map((piece, i) => (i % 2 === 1 ? <Piece key={i} text={piece} /> : piece));

function Heading({ level, under, text }: { level: number; under: number | null; text: string }) {
  if (under === null) return <p data-level={level}>{pieces(text)}</p>;
  const Level = `h${Math.min(6, level + under)}` as "h3";
  return <Level data-level={level}>{pieces(text)}</Level>;
}

function Drawn({ block, under }: { block: Block; under: number | null }) {
  if (block.kind === "heading") return <Heading level={block.level} text={block.text} under={under} />;
  if ("items" in block) return <List block={block} />;
  if (block.kind === "code") return <pre tabIndex={0}>{block.text}</pre>;
  return block.kind === "quote" ? <blockquote>{pieces(block.text)}</blockquote> : <p>{pieces(block.text)}</p>;
}

function List({ block }: { block: Extract<Block, { items: string[] }> }) {
  const items = block.items.map((item, i) => <li key={i}>{pieces(item)}</li>);
  return block.kind === "points" ? <ul>{items}</ul> : <ol start={block.start}>{items}</ol>;
}

/**
 * Draws Markdown as elements, never as HTML. `under` is how deep the headings around it are; without it the
 * text is a message, whose headings are bold lines, since a screen reader walks along those of the page.
 */
export const Markdown = memo(function Markdown({ children, under = null }: { children: string; under?: number | null }) {
  return (
    <div className={style.markdown} data-brief={under === null || undefined} dir="auto">
      {blocksOf(children).map((block, i) => (
        <Drawn key={i} block={block} under={under} />
      ))}
    </div>
  );
});
