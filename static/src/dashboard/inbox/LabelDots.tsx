import { hueOf } from "../ui/Avatar.js";
import style from "./list.module.css";
import { useLabels } from "./team.js";

/** The colour of a label: its own, else one that stays the same for its name. */
export function useLabelColor(): (name: string) => string {
  const labels = useLabels();
  return (name) => labels.find((label) => label.name === name)?.color ?? `hsl(${hueOf(name)} 45% 50%)`;
}

/** Labels in one line: as many as fit, each a dot with its name. */
export function LabelDots({ labels }: { labels: string[] }) {
  const color = useLabelColor();
  return (
    <span className={style.labels}>
      {labels.slice(0, 3).map((name) => (
        <span key={name} className={style.label}>
          <span className={style.labelDot} style={{ background: color(name) }} />
          <bdi>{name}</bdi>
        </span>
      ))}
      {labels.length > 3 ? <span className={style.label}>+{labels.length - 3}</span> : null}
    </span>
  );
}
