/** Links, addresses, code, bold, struck and italic text, in this order. Nothing else is more than text, and nothing is HTML. */
export const marked = new RegExp(
  `(${[
    /!?\[[^\]\n]+\]\(https?:\/\/[^\s()<>"]+\)/,
    /https?:\/\/[^\s<>"]*[^\s<>"'.,:;!?)\]}*_`]/,
    /`[^`\n]+`/,
    /\*{3}[^*\n]+\*{3}|\*\*[^*\n]+(?:\*[^*\n]+\*[^*\n]*)?\*\*|__[^_\n]+__(?!\w)/,
    /~~[^~\n]+~~/,
    /(?<![\w*])\*[^*\s](?:[^*\n]*[^*\s])?\*(?![\w*])|(?<!\w)_[^_\s](?:[^_\n]*[^_\s])?_(?!\w)/,
  ]
    .map(({ source }) => source)
    .join("|")})`,
);

/** The text and the address of a link. */
export const linked = /^!?\[([^\]]+)\]\((https?:[^)]+)\)$/;

/** What only the beginning of a text can have, and what was opened before it was cut. */
const loose: readonly [RegExp, string][] = [
  [/^\s*(?:#{1,6}\s+|>\s?|[-*+•]\s+)/, ""],
  [/```/g, ""],
  [/!?\[([^\]\n]+)\]\(https?:[^\s)]*…$/, "$1…"],
  [/(?:\*\*|__|~~)(?=\S[^*_~]*…$)/, ""],
];

function bare(piece: string): string {
  const link = linked.exec(piece)?.[1];
  if (link !== undefined) return link;
  if (/^https?:/.test(piece)) return piece;
  if (piece.startsWith("`")) return piece.slice(1, -1);
  const wide = /^(\*\*|__|~~)/.test(piece) ? 2 : 1;
  return inline(piece.slice(wide, -wide));
}

// Splitting by a group puts what it caught at the odd places.
const inline = (text: string): string =>
  text
    .split(marked)
    .map((piece, i) => (i % 2 === 1 ? bare(piece) : piece))
    .join("");

/** A text without the marks that Markdown draws by: for where it has one line. */
export const plain = (text: string): string => inline(loose.reduce((rest, [mark, instead]) => rest.replace(mark, instead), text)) || text;
