import type { ComponentChildren } from "preact";

/** Addresses, and where the team writes: bold, italic and code. Nothing else is more than text. */
const link = /https?:\/\/[^\s<>"]*[^\s<>"'.,:;!?)\]}*_`]/;
const plain = new RegExp(`(${link.source})`);
const marked = new RegExp(`(${link.source}|\`[^\`\n]+\`|\\*\\*[^*\n]+\\*\\*|\\*[^*\\s][^*\n]*\\*(?![\\w*]))`);

/** A text of the visitor, in which only addresses are more than text. */
export const Plain = ({ text }: { text: string }) => <>{pieces(text, plain)}</>;

/** A text of the team, in which a little Markdown is understood. */
export const Marked = ({ text }: { text: string }) => <>{pieces(text, marked)}</>;

function pieces(text: string, pattern: RegExp): ComponentChildren[] {
  // Splitting by a group puts what it caught at the odd places.
  return text.split(pattern).map((piece, i) => (i % 2 === 1 ? <Piece text={piece} /> : piece));
}

function Piece({ text }: { text: string }) {
  if (text.startsWith("**")) return <strong>{text.slice(2, -2)}</strong>;
  if (text.startsWith("*")) return <em>{text.slice(1, -1)}</em>;
  if (text.startsWith("`")) return <code>{text.slice(1, -1)}</code>;
  return (
    <a href={text} target="_blank" rel="noopener noreferrer nofollow" dir="ltr">
      {text}
    </a>
  );
}
