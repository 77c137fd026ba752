import { Icon } from "./Icon.js";
import { TriangleAlert } from "./icons.js";
import parts from "./parts.module.css";

interface ChangedProps {
  /** That somebody has changed something. */
  says: string;
  /** What is otherwise, each by its name with how it is now. */
  now: readonly (readonly [name: string, value: string])[];
  /** What becomes of one's own changes. */
  keeps: string;
}

/** Says what has changed under somebody's hands; nothing of theirs is lost or in force yet. */
export function Changed({ says, now, keeps }: ChangedProps) {
  return (
    <div role="alert" className={parts.warning}>
      <Icon of={TriangleAlert} />
      <div>
        <p>{says}</p>
        <ul className={parts.changed}>
          {now.map(([name, value]) => (
            <li key={name}>
              {name}: <bdi>{value}</bdi>
            </li>
          ))}
        </ul>
        <p>{keeps}</p>
      </div>
    </div>
  );
}
