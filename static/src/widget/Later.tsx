import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

/** What stands in the place of a view that is not there yet. */
export interface Waiting {
  failed: boolean;
  retry: () => void;
}

/** A view that is fetched when it is first wanted, and what is shown until then. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>, Wait: ComponentType<Waiting>): ComponentType<P> {
  let known: ComponentType<P> | null = null;
  return function Later(props: P) {
    const [View, setView] = useState(() => known);
    const [attempt, setAttempt] = useState(0);
    const [failed, setFailed] = useState(false);
    useEffect(() => {
      if (known) return setView(() => known);
      setFailed(false);
      load().then(
        (view) => {
          known = view;
          setView(() => view);
        },
        () => setFailed(true),
      );
    }, [attempt]);
    return View ? <View {...props} /> : <Wait failed={failed} retry={() => setAttempt(attempt + 1)} />;
  };
}
