import { useEffect, useState } from "preact/hooks";
import { useSay, useStore } from "./context.js";

/** A short break heals by itself; only a longer one is worth a word, in milliseconds. One without a network does not. */
const patience = { down: 1_500, connecting: 5_000 };

/** Says that the line is broken, once it is worth saying. Announced politely, gone when it is well. */
export function ConnectionLine() {
  const { snapshot, onLine } = useStore();
  const say = useSay();
  const [told, setTold] = useState(false);
  const { link } = snapshot.value;
  const broken = link === "down" || link === "connecting" ? link : null;
  useEffect(() => {
    setTold(false);
    if (!broken) return;
    const timer = setTimeout(() => setTold(true), patience[broken]);
    return () => clearTimeout(timer);
  }, [broken]);
  return (
    <div class="connection" role="status">
      {broken && (told || !onLine.value) && <p>{say(onLine.value ? "reconnecting" : "offline")}</p>}
    </div>
  );
}
