import type { Outgoing } from "./outbox.js";
import { draftPlace } from "./drafts.js";

/** Puts what was refused back into the draft, before whatever was begun there meanwhile. */
export function giveBack(scope: string, { conversation, internal, content, attachments }: Outgoing): void {
  const place = draftPlace(scope, conversation, internal ? "note" : "reply");
  const begun = JSON.parse(localStorage.getItem(place) ?? "{}") as { text?: string; attachments?: unknown[] };
  localStorage.setItem(place, JSON.stringify({ text: [content, begun.text].filter(Boolean).join("\n\n"), attachments: [...attachments, ...(begun.attachments ?? [])] }));
}
