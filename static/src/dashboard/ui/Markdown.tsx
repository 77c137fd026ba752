import { Fragment, type ReactNode } from "react";
import style from "./markdown.module.css";

/** Where a link may lead: never to a script. */
export const safeLink = (address: string): string | null => (/^(https?:\/\/|mailto:|tel:|\/(?!\/)|#)/i.test(address.trim()) ? address.trim() : null);

const spans = /`([^`\n]+)`|\*\*([^*\n]+)\*\*|__([^_\n]+)__|\*([^*\n]+)\*|!?\[([^\]\n]*)\]\(([^)\s]+)[^)]*\)|(https?:\/\/[^\s<>)\]]+)/g;

/** The spans of a line: code, bold, italic, links. Everything else is text, HTML too. */
export function inline(text: string): ReactNode[] {
  const out: ReactNode[] = [];
  let at = 0;
  for (const match of text.matchAll(spans)) {
    const [all, code, bold, strong, italic, label, address, bare] = match;
    out.push(text.slice(at, match.index));
    at = match.index + all.length;
    const key = match.index;
    const href = safeLink(address ?? bare ?? "");
    if (code) out.push(<code key={key}>{code}</code>);
    else if (bold ?? strong) out.push(<strong key={key}>{inline(bold ?? strong ?? "")}</strong>);
    else if (italic) out.push(<em key={key}>{inline(italic)}</em>);
    else if (href)
      out.push(
        <a key={key} href={href} target="_blank" rel="noreferrer noopener">
          {label || bare || address}
        </a>,
      );
    else out.push(label || all);
  }
  out.push(text.slice(at));
  return out.filter((part) => part !== "");
}

type Block = { kind: "heading"; level: number; text: string } | { kind: "code"; text: string } | { kind: "list"; ordered: boolean; items: string[] } | { kind: "quote"; text: string } | { kind: "text"; text: string } | { kind: "rule" };

const bullet = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/;
const starts = /^(#{1,6}\s|```|>|\s*[-*+]\s|\s*\d+[.)]\s|(?:-{3,}|\*{3,})\s*$|\s*$)/;

/** Cuts a text into its blocks. */
export function blocksOf(markdown: string): Block[] {
  const lines = markdown.replace(/\r\n?/g, "\n").split("\n");
  const blocks: Block[] = [];
  let i = 0;
  const take = (fits: (line: string) => boolean): string[] => {
    const from = i;
    while (i < lines.length && fits(lines[i] ?? "")) i++;
    return lines.slice(from, i);
  };
  while (i < lines.length) {
    const line = lines[i] ?? "";
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    if (!line.trim()) i++;
    else if (line.startsWith("```")) {
      i++;
      blocks.push({ kind: "code", text: take((one) => !one.startsWith("```")).join("\n") });
      i++;
    } else if (heading) {
      blocks.push({ kind: "heading", level: heading[1]?.length ?? 1, text: heading[2] ?? "" });
      i++;
    } else if (/^(-{3,}|\*{3,})\s*$/.test(line)) {
      blocks.push({ kind: "rule" });
      i++;
    } else if (line.startsWith(">")) blocks.push({ kind: "quote", text: take((one) => one.startsWith(">")).map((one) => one.replace(/^>\s?/, "")).join("\n") });
    else if (bullet.test(line)) {
      const items = take((one) => bullet.test(one)).map((one) => bullet.exec(one)?.[2] ?? "");
      blocks.push({ kind: "list", ordered: /^\s*\d/.test(line), items });
    } else {
      const first = lines[i++] ?? "";
      blocks.push({ kind: "text", text: [first, ...take((one) => !starts.test(one))].join("\n") });
    }
  }
  return blocks;
}

const brokenUp = (text: string): ReactNode =>
  text.split("\n").map((line, i) => (
    <Fragment key={i}>
      {i > 0 ? <br /> : null}
      {inline(line)}
    </Fragment>
  ));

function Piece({ block, under }: { block: Block; under: number }) {
  if (block.kind === "rule") return <hr />;
  if (block.kind === "code") return <pre tabIndex={0}>{block.text}</pre>;
  if (block.kind === "quote") return <blockquote>{brokenUp(block.text)}</blockquote>;
  if (block.kind === "text") return <p>{brokenUp(block.text)}</p>;
  if (block.kind === "heading") {
    const Heading = `h${Math.min(6, block.level + under)}` as "h3";
    return <Heading data-level={block.level}>{inline(block.text)}</Heading>;
  }
  const List = block.ordered ? "ol" : "ul";
  return (
    <List>
      {block.items.map((item, i) => (
        <li key={i}>{inline(item)}</li>
      ))}
    </List>
  );
}

/** Draws Markdown as elements, never as HTML; `under` is how deep the headings around it are. */
export const Markdown = ({ children, under = 1 }: { children: string; under?: number }) => (
  <div className={style.markdown} dir="auto">
    {blocksOf(children).map((block, i) => (
      <Piece key={i} block={block} under={under} />
    ))}
  </div>
);
