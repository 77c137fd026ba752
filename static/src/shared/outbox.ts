import type { Keep } from "./keep.js";

/**
 * How far an outgoing message has come: waiting for its turn or the network, under way, stored by the
 * server but not yet read back, held up by a limit, or refused for good.
 */
export type Delivery = "queued" | "sending" | "sent" | "limited" | "failed";

/** A message of the visitor that the server has not yet shown to be in the conversation. */
export interface Outgoing {
  client_id: string;
  message: string;
  /** When it was written, in milliseconds; also its place in the order. */
  created: number;
  delivery: Delivery;
  /** Held in memory only: files are too large for the browser's durable storage. */
  files: File[];
  filenames: string[];
  /** The server's sentence when it refused the message for good. */
  error?: string;
  /** When a limited message will be tried again, in milliseconds since the epoch. */
  retryAt?: number;
  /** Another tab wrote it. */
  adopted?: boolean;
}

/** Set in `error` when a reload lost the files of a message before they were sent. */
export const filesLost = "files-lost";
/** Set in `error` when a message lay unsent for so long that its writer should decide. */
export const tooOld = "too-old";

/** Retries are safe for a day; what is older is offered again instead of sent by surprise. */
const longest = 24 * 60 * 60 * 1000;
const prefix = "out:";

/**
 * Outgoing messages, kept in durable storage until they are acknowledged. Each has a storage entry of
 * its own, so that two tabs of one visitor never overwrite each other's list.
 */
export class Outbox {
  readonly #keep: Keep;
  #entries: Outgoing[] = [];
  #last = 0;

  constructor(keep: Keep, now: number) {
    this.#keep = keep;
    this.#entries = keep
      .names(prefix)
      .map((name) => revive(keep.get(name), now))
      .filter((entry) => entry !== null)
      .sort((a, b) => a.created - b.created);
    this.#last = this.#entries.at(-1)?.created ?? 0;
  }

  /**
   * Takes over what another tab left in the storage and may not have lived to send, and lets go of what
   * another tab has sent or given up since. Messages with files stay with the tab that holds the files.
   */
  adopt(now: number): void {
    const kept = this.#keep.names(prefix);
    for (const name of kept) {
      if (this.find(name.slice(prefix.length))) continue;
      const entry = revive(this.#keep.get(name), now);
      if (entry && entry.filenames.length === 0) this.#entries.push({ ...entry, adopted: true });
    }
    this.#entries = this.#entries.filter(
      ({ adopted, delivery, client_id }) => !adopted || delivery === "sent" || kept.includes(prefix + client_id),
    );
    this.#entries.sort((a, b) => a.created - b.created);
    this.#last = Math.max(this.#last, this.#entries.at(-1)?.created ?? 0);
  }

  /** Whether something still has to go out. */
  get busy(): boolean {
    return this.next() !== undefined;
  }

  get entries(): readonly Outgoing[] {
    return this.#entries;
  }

  /** The oldest message that still has to go out. */
  next(): Outgoing | undefined {
    return this.#entries.find(({ delivery }) => delivery !== "sent" && delivery !== "failed");
  }

  find(clientId: string): Outgoing | undefined {
    return this.#entries.find((entry) => entry.client_id === clientId);
  }

  add(entry: { client_id: string; message: string; files: File[]; now: number }): Outgoing {
    this.#last = Math.max(entry.now, this.#last + 1);
    const filenames = entry.files.map((file) => file.name);
    const { client_id, message, files } = entry;
    const made: Outgoing = { client_id, message, files, filenames, created: this.#last, delivery: "queued" };
    this.#entries.push(made);
    this.#store(made);
    return made;
  }

  /** The server has it: nothing has to survive a reload any more. */
  acknowledge(clientId: string): void {
    const entry = this.find(clientId);
    if (entry) entry.delivery = "sent";
    this.#keep.remove(prefix + clientId);
  }

  /** Forgets a message, because it is shown among the stored ones or its writer gave it up. */
  drop(clientId: string): void {
    this.#entries = this.#entries.filter((entry) => entry.client_id !== clientId);
    this.#keep.remove(prefix + clientId);
  }

  /** Puts a failed message at the end of the queue, as if written now. */
  retry(clientId: string, now: number): void {
    const entry = this.find(clientId);
    if (!entry || entry.error === filesLost) return;
    this.#entries = this.#entries.filter((other) => other !== entry);
    this.#last = Math.max(now, this.#last + 1);
    Object.assign(entry, { delivery: "queued", created: this.#last });
    delete entry.error;
    this.#entries.push(entry);
    this.#store(entry);
  }

  clear(): void {
    for (const entry of [...this.#entries]) this.drop(entry.client_id);
  }

  #store({ client_id, message, created, filenames }: Outgoing): void {
    this.#keep.set(prefix + client_id, JSON.stringify({ client_id, message, created, filenames }));
  }
}

function revive(text: string | null, now: number): Outgoing | null {
  try {
    const { client_id, message, created, filenames = [] } = JSON.parse(text ?? "") as Outgoing;
    if (typeof client_id !== "string" || typeof message !== "string") return null;
    const entry: Outgoing = { client_id, message, created, filenames, files: [], delivery: "queued" };
    if (filenames.length > 0) return { ...entry, delivery: "failed", error: filesLost };
    return now - created > longest ? { ...entry, delivery: "failed", error: tooOld } : entry;
  } catch {
    return null;
  }
}
