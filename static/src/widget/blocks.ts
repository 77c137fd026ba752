/** A part of a text that stands by itself. */
export type Block =
  | { kind: "text" | "code" | "quote"; text: string }
  | { kind: "heading"; level: number; text: string }
  | { kind: "points"; items: string[] }
  | { kind: "numbers"; start: number; items: string[] };

const fence = /^\s*(```|~~~)/;
const heading = /^(#{1,6})\s+(.+?)\s*#*$/;
const point = /^\s*[-*+•]\s+(.*)$/;
const number = /^\s*(\d{1,4})[.)]\s+(.*)$/;
const quote = /^\s*>\s?(.*)$/;

/** Cuts a text into paragraphs, lists, code, quotes and headings. What fits nowhere is a paragraph. */
export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  while (lines.length > 0) {
    const line = lines.shift() ?? "";
    if (fence.test(line)) blocks.push(code(lines));
    else if (line.trim() === "") continue;
    else add(blocks, line, lines);
  }
  return blocks;
}

function add(blocks: Block[], line: string, rest: string[]): void {
  const title = heading.exec(line);
  const item = point.exec(line);
  const step = number.exec(line);
  if (title) blocks.push({ kind: "heading", level: title[1]?.length ?? 1, text: title[2] ?? "" });
  else if (item) blocks.push({ kind: "points", items: [item[1] ?? "", ...run(rest, point)].map(trimmed) });
  else if (step) {
    blocks.push({ kind: "numbers", start: Number(step[1]), items: [step[2] ?? "", ...run(rest, number)].map(trimmed) });
  } else if (quote.test(line)) {
    blocks.push({ kind: "quote", text: [quote.exec(line)?.[1] ?? "", ...run(rest, quote)].join("\n") });
  } else blocks.push({ kind: "text", text: [line, ...paragraph(rest)].join("\n") });
}

const trimmed = (text: string): string => text.trim();

/** The lines that go on with a list or quote; indented ones belong to the item above. */
function run(rest: string[], pattern: RegExp): string[] {
  const taken: string[] = [];
  for (;;) {
    const found = pattern.exec(rest[0] ?? "");
    const more = /^\s{2,}(\S.*)$/.exec(rest[0] ?? "");
    if (found) taken.push(found.at(-1) ?? "");
    else if (more && taken.length > 0) taken.push(`${taken.pop()}\n${more[1]}`);
    else return taken;
    rest.shift();
  }
}

function paragraph(rest: string[]): string[] {
  const ends = (line: string) =>
    line.trim() === "" || [fence, heading, point, number, quote].some((pattern) => pattern.test(line));
  const end = rest.findIndex(ends);
  return rest.splice(0, end < 0 ? rest.length : end);
}

function code(rest: string[]): Block {
  const end = rest.findIndex((line) => fence.test(line));
  const text = rest.splice(0, end < 0 ? rest.length : end).join("\n");
  rest.shift();
  return { kind: "code", text };
}
