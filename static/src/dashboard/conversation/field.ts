import { useLayoutEffect, useRef } from "react";

const highest = 260;

/** The field of the composer: as high as what is in it, and with a caret that follows what is put in. */
export function useField(text: string) {
  const ref = useRef<HTMLTextAreaElement>(null);
  const wanted = useRef<{ from: number; to: number } | null>(null);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(highest, element.scrollHeight)}px`;
    if (!wanted.current) return;
    element.focus();
    element.setSelectionRange(wanted.current.from, wanted.current.to);
    wanted.current = null;
  }, [text]);
  return {
    ref,
    /** Goes behind the last word, at once. */
    toEnd: () => {
      ref.current?.focus();
      ref.current?.setSelectionRange(ref.current.value.length, ref.current.value.length);
    },
    focus: () => void setTimeout(() => ref.current?.focus(), 0),
    /** Puts the caret somewhere once the text is there. */
    select: (from: number, to = from) => {
      wanted.current = { from, to };
    },
    /** The text with something put in at the caret. */
    inserted: (piece: string) => {
      const at = ref.current?.selectionStart ?? text.length;
      const end = ref.current?.selectionEnd ?? at;
      return { text: text.slice(0, at) + piece + text.slice(end), caret: at + piece.length };
    },
  };
}
