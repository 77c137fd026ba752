import { Fragment, memo, type ReactNode } from "react";
import style from "./thread.module.css";

/** Addresses and what marks bold, italic, code and struck text. Nothing else is more than text, and nothing is HTML. */
const inline = /(\[[^\]\n]+\]\(https?:\/\/[^\s()<>"]+\)|https?:\/\/[^\s<>"]*[^\s<>"'.,:;!?)\]}*_`]|`[^`\n]+`|\*\*[^*\n]+\*\*|~~[^~\n]+~~|\*[^*\s][^*\n]*\*(?![\w*])|_[^_\s][^_\n]*_(?![\w_]))/;

const Out = ({ to, children }: { to: string; children: ReactNode }) => (
  <a href={to} target="_blank" rel="noopener noreferrer nofollow" title={to}>
    {children}
  </a>
);

function Piece({ text }: { text: string }) {
  const link = /^\[([^\]]+)\]\((https?:[^)]+)\)$/.exec(text);
  if (link?.[1] && link[2]) return <Out to={link[2]}>{link[1]}</Out>;
  if (text.startsWith("**")) return <strong>{text.slice(2, -2)}</strong>;
  if (text.startsWith("~~")) return <s>{text.slice(2, -2)}</s>;
  if (text.startsWith("`")) return <code>{text.slice(1, -1)}</code>;
  if (text.startsWith("*") || text.startsWith("_")) return <em>{text.slice(1, -1)}</em>;
  return (
    <Out to={text}>
      <bdi>{text}</bdi>
    </Out>
  );
}

const pieces = (text: string): ReactNode =>
  // Splitting by a group puts what it caught at the odd places.
  text.split(inline).map((piece, i) => (i % 2 === 1 ? <Piece key={i} text={piece} /> : piece));

interface Block {
  kind: "text" | "code" | "quote" | "bullets" | "numbers";
  lines: string[];
}

const kinds: [Block["kind"], RegExp][] = [
  ["quote", /^>\s?/],
  ["bullets", /^\s*[-*•]\s+/],
  ["numbers", /^\s*\d{1,3}[.)]\s+/],
];

/** Cuts a text into paragraphs, lists, quotes and code. */
export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let fenced: Block | null = null;
  for (const line of text.split("\n")) {
    if (line.trimStart().startsWith("```")) {
      if (fenced) fenced = null;
      else blocks.push((fenced = { kind: "code", lines: [] }));
      continue;
    }
    if (fenced) {
      fenced.lines.push(line);
      continue;
    }
    const [kind, mark] = kinds.find(([, pattern]) => pattern.test(line)) ?? (["text", /^/] as const);
    const last = blocks.at(-1);
    const content = line.replace(mark, "");
    if (last && last.kind === kind) last.lines.push(content);
    else blocks.push({ kind, lines: [content] });
  }
  return blocks;
}

function Drawn({ block: { kind, lines } }: { block: Block }) {
  if (kind === "code") return <pre>{lines.join("\n")}</pre>;
  if (kind === "quote") return <blockquote>{pieces(lines.join("\n"))}</blockquote>;
  if (kind === "text") return <p>{pieces(lines.join("\n").replace(/^\n+|\n+$/g, ""))}</p>;
  const List = kind === "bullets" ? "ul" : "ol";
  return (
    <List>
      {lines.map((line, i) => (
        <li key={i}>{pieces(line)}</li>
      ))}
    </List>
  );
}

/** A text with a little Markdown in it. */
export const Markdown = memo(function Markdown({ text }: { text: string }) {
  return (
    <div className={style.text} dir="auto">
      {blocksOf(text).map((block, i) => (
        <Fragment key={i}>
          <Drawn block={block} />
        </Fragment>
      ))}
    </div>
  );
});
