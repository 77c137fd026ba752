/** A word that is being typed and that something can complete. */
export interface Trigger {
  kind: "canned" | "mention";
  /** What follows the sign. */
  word: string;
  /** Where the sign stands, and where the word ends. */
  from: number;
  to: number;
}

/** Finds `/word` (canned replies) or `@word` (colleagues, in notes) right before the caret. */
export function triggerAt(text: string, caret: number, mentions: boolean): Trigger | null {
  const before = text.slice(0, caret);
  const canned = /(^|\s)\/([^\s/]*)$/.exec(before);
  if (canned) return { kind: "canned", word: canned[2] ?? "", from: caret - (canned[2]?.length ?? 0) - 1, to: caret };
  const mention = mentions ? /(^|\s)@([^@\n]{0,40})$/.exec(before) : null;
  if (mention) return { kind: "mention", word: mention[2] ?? "", from: caret - (mention[2]?.length ?? 0) - 1, to: caret };
  return null;
}

/** The text with the word completed, and where the caret goes. */
export function completed(text: string, { from, to }: Trigger, by: string): { text: string; caret: number } {
  return { text: text.slice(0, from) + by + text.slice(to), caret: from + by.length };
}

/** Fills what canned replies leave open: `{{name}}` is the contact's first name. */
export const filled = (content: string, name: string): string => content.replace(/\{\{\s*(?:contact\.)?(?:first_)?name\s*\}\}/g, () => name.trim().split(/\s+/)[0] ?? name);

/** The text with the selection between two marks, `*` or `**`, or without them if it is between them already. */
export function wrapped(text: string, from: number, to: number, mark: "*" | "**"): { text: string; from: number; to: number } {
  const inside = text.slice(from, to);
  // Of three stars one is italic and two are bold: which of them stand there, their number tells.
  const signs = Math.min(/\**$/.exec(text.slice(0, from))?.[0].length ?? 0, /^\**/.exec(text.slice(to))?.[0].length ?? 0);
  const around = mark === "*" ? signs % 2 === 1 : signs >= 2;
  if (around) return { text: text.slice(0, from - mark.length) + inside + text.slice(to + mark.length), from: from - mark.length, to: to - mark.length };
  return { text: text.slice(0, from) + mark + inside + mark + text.slice(to), from: from + mark.length, to: to + mark.length };
}
