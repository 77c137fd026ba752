import type { Attachment, Message, Receipt, Status } from "../../src/shared/wire.js";

/** A message on its way into a fake conversation. */
export interface Entry {
  direction: Message["direction"];
  body: string;
  author: string;
  client_id?: string;
  attachments?: Attachment[];
}

/** A conversation as the contract describes it: numbered without holes, each client_id once. */
export class FakeConversation {
  readonly messages: Message[] = [];
  status: Status = "open";
  survey = false;
  read = 0;
  /** The team has read up to this one. */
  agentRead = 0;
  ratings: number[] = [];
  readonly begunBy: string;
  readonly visitor: string;

  constructor(begunBy: string, visitor: string) {
    this.begunBy = begunBy;
    this.visitor = visitor;
  }

  /** Stores a message, or finds it if its client_id was stored before. */
  post(entry: Entry, now: number): { message: Message; fresh: boolean } {
    const known = this.messages.find((message) => entry.client_id && message.client_id === entry.client_id);
    if (known) return { message: known, fresh: false };
    const seq = this.messages.length + 1;
    const message: Message = {
      ...entry,
      id: 100 + seq,
      seq,
      type: "text",
      status: entry.direction === "inbound" ? "received" : "sent",
      timestamp: this.#later(now),
      attachments: entry.attachments ?? [],
    };
    this.messages.push(message);
    return { message, fresh: true };
  }

  /** What comes after a sequence number. */
  after(seq: number): Message[] {
    return this.messages.filter((message) => message.seq > seq);
  }

  #later(now: number): string {
    const micros = BigInt(now) * 1000n;
    const last = this.messages.at(-1);
    const before = last ? parseMicros(last.timestamp) : 0n;
    return formatMicros(micros > before ? micros : before + 1n);
  }
}

/** The receipt that a stored message is acknowledged with. */
export const receiptOf = ({ id, seq, timestamp }: Message): Receipt => ({ id, seq, timestamp });

function formatMicros(micros: bigint): string {
  const seconds = new Date(Number(micros / 1000n)).toISOString().slice(0, 19);
  return `${seconds}.${String(micros % 1_000_000n).padStart(6, "0")}Z`;
}

function parseMicros(text: string): bigint {
  return BigInt(Date.parse(`${text.slice(0, 19)}Z`)) * 1000n + BigInt(text.slice(20, 26));
}
