import type { Schemas } from "../api/client.js";
import style from "./palette.module.css";

/** A found text with the places that match marked. Places count code points, not units. */
export function Marked({ highlight: { snippet, matches } }: { highlight: Schemas["Highlight"] }) {
  const points = [...snippet];
  const text = (from: number, to?: number): string => points.slice(from, to).join("");
  return (
    <bdi>
      {matches.map(({ start, end }, i) => (
        <span key={start}>
          {text(i === 0 ? 0 : (matches[i - 1]?.end ?? 0), start)}
          <mark className={style.mark}>{text(start, end)}</mark>
        </span>
      ))}
      {text(matches.at(-1)?.end ?? 0)}
    </bdi>
  );
}
