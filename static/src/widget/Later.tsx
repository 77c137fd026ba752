import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

/** What stands in the place of a view that is not there yet. */
export interface Waiting {
  failed: boolean;
  retry: () => void;
}

/** A view that is fetched when it is first wanted, or by `fetch` before; until then something else is shown. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>, Wait: ComponentType<Waiting>) {
  let known: ComponentType<P> | null = null;
  function Later(props: P) {
    const [View, setView] = useState(() => known);
    const [attempt, setAttempt] = useState(0);
    const [failed, setFailed] = useState(false);
    useEffect(() => {
      if (known) return setView(() => known);
      setFailed(false);
      fetch().then(
        (view) => setView(() => view),
        () => setFailed(true),
      );
    }, [attempt]);
    return View ? <View {...props} /> : <Wait failed={failed} retry={() => setAttempt(attempt + 1)} />;
  }
  const fetch = async () => (known ??= await load());
  return Object.assign(Later, { fetch });
}
