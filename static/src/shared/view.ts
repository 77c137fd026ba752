import type { Mark } from "./bridge.js";
import type { Streaming } from "./ephemera.js";
import type { IdentityState } from "./identity.js";
import type { LinkState } from "./link.js";
import type { Outgoing } from "./outbox.js";
import type { Summary } from "./summary.js";
import type { FormDraft } from "./visitor.js";
import type { Message, StartRequest, Status } from "./wire.js";

/** Where the visitor stands: nothing said yet, a first message on its way, talking, or turned away. */
export type Phase = "fresh" | "starting" | "talking" | "refused";

/** All that a view may show of one conversation, as it is now. */
export interface View {
  phase: Phase;
  link: LinkState;
  /** News come through another tab's socket. */
  shared: boolean;
  messages: readonly Message[];
  outgoing: readonly Outgoing[];
  typing: string | null;
  streaming: readonly Streaming[];
  status: Status;
  /** A rating is asked for. */
  survey: boolean;
  /** The assistant answers here at the moment. */
  assistantActive: boolean;
  /** The team has read the visitor's messages up to this one. */
  agentRead: number;
  /** The number of messages of the team that the visitor has not seen; in a snapshot, of all conversations. */
  unread: number;
  /** Whether somebody is there; null until it is known. */
  online: boolean | null;
  autoReply: string | null;
  /** The server's sentence about what was typed into the form. */
  problem: string;
  /** What was typed into the form, to be shown again. */
  details: Pick<StartRequest, "name" | "email" | "message"> | null;
  /** What was typed into the composer and not yet sent. */
  draft: string;
  /** What was typed into the form and not yet sent. */
  form: FormDraft;
}

/** All that a view may show, as it is now: the conversation in view, and what is around it. */
export interface Snapshot extends View {
  /** Another one for each conversation and each visitor: what belongs to one is not to be shown in the next. */
  place: string;
  /** Every conversation of this visitor on this device, the newest first. */
  conversations: readonly Summary[];
  /** How many of the unread messages are in conversations that are not in view. */
  elsewhere: number;
  /** Who the visitor is, if a signed identity says so. */
  contact: { id: string; name: string } | null;
  /** What the form need not ask of that contact; "" where it must. */
  known: { name: string; email: string };
  identity: IdentityState;
  /** What is kept of the visitor on this device, as the loader is to know it. */
  mark: Mark;
}
