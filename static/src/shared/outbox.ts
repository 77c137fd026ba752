import type { FilesPort } from "./files.js";
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
  /** Held in memory, and by the browser's database where there is one: `localStorage` takes no files. */
  files: File[];
  filenames: string[];
  /** The server's sentence when it refused the message for good. */
  error?: string;
  /** When a limited message will be tried again, in milliseconds since the epoch. */
  retryAt?: number;
  /** Which share of the files has gone out, from 0 to 1, once something has. */
  progress?: number;
  /** An attempt with files did not get through. The next one comes by itself, or at once by `retry`. */
  stalled?: boolean;
  /** A reload came between: the files are looked for before it goes out. */
  restoring?: boolean;
  /** Another tab wrote it, or this one before a reload. */
  adopted?: boolean;
}

/** Set in `error` when a reload lost the files of a message before they were sent. */
export const filesLost = "files-lost";
/** Set in `error` when a message lay unsent for so long that its writer should decide. */
export const tooOld = "too-old";

/** Retries are safe for a day; what is older is offered again instead of sent by surprise. */
const longest = 24 * 60 * 60 * 1000;
const prefix = "out:";

/** What an outbox stands on. */
export interface OutboxOptions {
  keep: Keep;
  now: number;
  files: FilesPort | null;
  restored(): void;
}

/**
 * Outgoing messages, kept in durable storage until they are acknowledged. Each has a storage entry of
 * its own, so that two tabs of one visitor never overwrite each other's list.
 */
export class Outbox {
  readonly #keep: Keep;
  readonly #files: FilesPort | null;
  readonly #restored: () => void;
  #entries: Outgoing[] = [];
  #last = 0;

  /** `restored` is called when the files of a message that lay here have been found, or are lost. */
  constructor({ keep, now, files, restored }: OutboxOptions) {
    this.#keep = keep;
    this.#files = files;
    this.#restored = restored;
    this.#entries = keep
      .names(prefix)
      .map((name) => revive(keep.get(name), now))
      .filter((entry) => entry !== null)
      .sort((a, b) => a.created - b.created);
    this.#last = this.#entries.at(-1)?.created ?? 0;
    for (const entry of this.#entries) if (entry.filenames.length > 0) void this.#restore(entry);
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
      if (entry && entry.filenames.length === 0) this.#entries.push(entry);
    }
    this.release();
    this.#entries.sort((a, b) => a.created - b.created);
    this.#last = Math.max(this.#last, this.#entries.at(-1)?.created ?? 0);
  }

  /** Lets go of what another tab has sent or given up; gives what went. */
  release(): readonly Outgoing[] {
    const kept = this.#keep.names(prefix);
    const gone = this.#entries.filter(({ adopted, delivery, client_id }) => adopted && delivery !== "sent" && !kept.includes(prefix + client_id));
    this.#entries = this.#entries.filter((entry) => !gone.includes(entry));
    return gone;
  }

  get entries(): readonly Outgoing[] {
    return this.#entries;
  }

  /** The oldest message that still has to go out; what follows it waits while its files are looked for. */
  next(): Outgoing | undefined {
    const oldest = this.#entries.find(({ delivery }) => delivery !== "sent" && delivery !== "failed");
    return oldest?.restoring ? undefined : oldest;
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
    if (files.length > 0) this.#files?.put(client_id, files).catch(() => {});
    return made;
  }

  /** The server has it: nothing has to survive a reload any more. */
  acknowledge(clientId: string): void {
    const entry = this.find(clientId);
    if (entry) entry.delivery = "sent";
    this.#forget(clientId);
  }

  /** Forgets a message, because it is shown among the stored ones or its writer gave it up. */
  drop(clientId: string): void {
    this.#forget(clientId);
    this.#entries = this.#entries.filter((entry) => entry.client_id !== clientId);
  }

  /** Puts a failed message at the end of the queue, as if written now. */
  retry(clientId: string, now: number): void {
    const entry = this.find(clientId);
    if (entry?.delivery !== "failed" || entry.error === filesLost) return;
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

  #forget(clientId: string): void {
    const files = this.#keep.get(prefix + clientId) !== null && this.find(clientId)?.filenames.length;
    this.#keep.remove(prefix + clientId);
    if (files) this.#files?.remove(clientId).catch(() => {});
  }

  /** Files that are lost are not left out silently: the message waits for its writer. */
  async #restore(entry: Outgoing): Promise<void> {
    if (entry.delivery === "queued") entry.restoring = true;
    const files = await this.#files?.get(entry.client_id).catch(() => null);
    delete entry.restoring;
    if (files?.length === entry.filenames.length) entry.files = files;
    else Object.assign(entry, { delivery: "failed", error: filesLost });
    this.#restored();
  }

  #store({ client_id, message, created, filenames }: Outgoing): void {
    this.#keep.set(prefix + client_id, JSON.stringify({ client_id, message, created, filenames }));
  }
}

function revive(text: string | null, now: number): Outgoing | null {
  try {
    const { client_id, message, created, filenames = [] } = JSON.parse(text ?? "") as Outgoing;
    if (typeof client_id !== "string" || typeof message !== "string") return null;
    const entry: Outgoing = { client_id, message, created, filenames, files: [], delivery: "queued", adopted: true };
    return now - created > longest ? { ...entry, delivery: "failed", error: tooOld } : entry;
  } catch {
    return null;
  }
}
