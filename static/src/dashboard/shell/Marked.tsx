import type { Schemas } from "../api/client.js";
import style from "./palette.module.css";

/** A found text that stands by itself, with the places that match marked. */
export const Marked = ({ highlight }: { highlight: Schemas["Highlight"] }) => (
  <bdi>
    <Marks highlight={highlight} />
  </bdi>
);

/** The same within what is set apart already. Places count code points, not units. */
export function Marks({ highlight: { snippet, matches } }: { highlight: Schemas["Highlight"] }) {
  const points = [...snippet];
  const text = (from: number, to?: number): string => points.slice(from, to).join("");
  return (
    <>
      {matches.map(({ start, end }, i) => (
        <span key={start}>
          {text(i === 0 ? 0 : (matches[i - 1]?.end ?? 0), start)}
          <mark className={style.mark}>{text(start, end)}</mark>
        </span>
      ))}
      {text(matches.at(-1)?.end ?? 0)}
    </>
  );
}
