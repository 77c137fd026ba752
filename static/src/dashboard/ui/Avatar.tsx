import style from "./avatar.module.css";

const hues = [162, 205, 255, 300, 340, 20, 45, 95];

/** A colour that stays the same for the same name. */
export function hueOf(name: string): number {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return hues[sum % hues.length] ?? 162;
}

/** The first letters of the first and the last word. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = [...(words[0] ?? "?")][0] ?? "?";
  const last = words.length > 1 ? ([...(words.at(-1) ?? "")][0] ?? "") : "";
  return (first + last).toUpperCase();
}

/** A person as a disc with initials; the name stands beside it, so it is hidden from readers. */
export function Avatar({ name, size = 28, online }: { name: string; size?: number; online?: boolean | undefined }) {
  return (
    // The letters are drawn by the style: they are a picture, not a text to be read, found or copied.
    <span className={style.avatar} aria-hidden="true" data-initials={initialsOf(name)} style={{ width: size, height: size, fontSize: Math.round(size * 0.38), ["--hue" as string]: hueOf(name) }}>
      {online === undefined ? null : <span className={style.dot} data-online={online} />}
    </span>
  );
}
