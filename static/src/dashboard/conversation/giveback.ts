import type { Outgoing } from "./outbox.js";
import { draftPlace, keep, read } from "./drafts.js";

/** Puts what was refused back into the draft, before whatever was begun there meanwhile. */
export function giveBack(scope: string, { conversation, internal, content, attachments }: Outgoing): void {
  const place = draftPlace(scope, conversation, internal ? "note" : "reply");
  const begun = read(place);
  keep(place, { text: [content, begun.text].filter(Boolean).join("\n\n"), attachments: [...attachments, ...begun.attachments] });
}
