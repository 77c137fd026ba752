import { useCallback, useEffect, useState } from "react";
import type { Schemas } from "../api/client.js";

/** To whom one writes: the customer, or the team. Each has a draft of its own, so that no note is ever one key away from being sent. */
export type Mode = "reply" | "note";

/** What was written and not sent. */
export interface Draft {
  text: string;
  attachments: Schemas["Attachment"][];
}

const nothing: Draft = { text: "", attachments: [] };
const prefix = "parley.draft.";

/** Where a draft lies in the browser's storage. */
export const draftPlace = (scope: string, conversation: string, mode: Mode): string => `${prefix}${scope}.${conversation}.${mode}`;

/** Told of each draft that is kept: what comes late, or is given back, may be for a field that was drawn since. */
const followers = new Set<(place: string, draft: Draft) => void>();

/** Drafts that the browser's storage would not take: they last as long as the page. */
const unkept = new Map<string, Draft>();

/** The draft that lies at a place. */
export function read(place: string): Draft {
  const held = unkept.get(place);
  if (held) return held;
  try {
    return { ...nothing, ...(JSON.parse(localStorage.getItem(place) ?? "{}") as Partial<Draft>) };
  } catch {
    return nothing;
  }
}

/** Keeps a draft at its place, in memory where there is no storage for it. */
export function keep(place: string, draft: Draft): void {
  unkept.delete(place);
  try {
    if (draft.text || draft.attachments.length) localStorage.setItem(place, JSON.stringify(draft));
    else localStorage.removeItem(place);
  } catch {
    // Storage that is full must not keep anybody from writing.
    unkept.set(place, draft);
  }
  for (const tell of followers) tell(place, draft);
}

/** A conversation's draft, kept with every letter; it outlives reloads, logins and crashes. */
export function useDraft(scope: string, conversation: string, mode: Mode) {
  const place = draftPlace(scope, conversation, mode);
  const [held, setHeld] = useState(() => ({ place, draft: read(place) }));
  const current = held.place === place ? held.draft : read(place);
  useEffect(() => {
    const follow = (of: string, draft: Draft): void => {
      if (of === place) setHeld({ place, draft });
    };
    followers.add(follow);
    setHeld((now) => (now.place === place ? now : { place, draft: read(place) }));
    return () => void followers.delete(follow);
  }, [place]);
  const change = useCallback(
    (next: Partial<Draft> | ((now: Draft) => Partial<Draft>)) => {
      const now = read(place);
      keep(place, { ...now, ...(typeof next === "function" ? next(now) : next) });
    },
    [place],
  );
  return [current, change] as const;
}

/** Whether a conversation has a reply that was begun. */
export const hasDraft = (scope: string, conversation: string): boolean => read(draftPlace(scope, conversation, "reply")).text.trim() !== "";
