import type { Mark } from "./bridge.js";
import type { Keep } from "./keep.js";
import { byTime, fromRemote, type Kept, type Summary } from "./summary.js";
import { newClientId } from "./token.js";
import type { RemoteConversation } from "./wire.js";

/** A token without anything begun is nobody's, what was read of nothing is nothing, and the mark does not speak of itself. */
const idle = /^(.*:)?(token|read|summary|back)$/;
const nothing: Kept = { status: "open", lastMessageAt: null, preview: "", unread: 0, seq: 0 };

/** What is known of a conversation in this tab. */
export interface Known {
  summary: Kept | null;
  unsent: number;
}

/**
 * The conversations that this browser remembers. The first one lies at the root of the storage, each
 * further one below a key of its own, so that two tabs never overwrite each other's list.
 */
export class Device {
  readonly #keep: Keep;
  readonly #bytes: (count: number) => Uint8Array;

  constructor(keep: Keep, bytes: (count: number) => Uint8Array) {
    this.#keep = keep;
    this.#bytes = bytes;
  }

  /** The conversation in view at the last visit. */
  get current(): string {
    return this.#keep.get("current") ?? "";
  }

  set current(key: string) {
    if (key === "") this.#keep.remove("current");
    else this.#keep.set("current", key);
  }

  newKey(): string {
    return newClientId(this.#bytes);
  }

  /** Where the next conversation begins: where its form was left, or at a key of its own. */
  freshKey(current: string): string {
    const idle = (key: string) => key !== current && ["talking", "start"].every((name) => this.keepOf(key).get(name) === null);
    return this.#all().find(idle) ?? this.newKey();
  }

  keepOf(key: string): Keep {
    return key === "" ? this.#keep : this.#keep.below(`c:${key}:`);
  }

  /** All that exist on the server, as far as this device knows. */
  keys(): string[] {
    return this.#all().filter((key) => this.keepOf(key).get("talking") === "1");
  }

  /** Those with messages that did not go out, or that were not begun to the end. */
  unsent(): string[] {
    return this.#all().filter((key) => {
      const keep = this.keepOf(key);
      return keep.get("start") !== null || keep.names("out:").length > 0;
    });
  }

  /** What the customer's page should know of all this. */
  get mark(): Mark {
    if ([...this.keys(), ...this.unsent()].length > 0) return "1";
    return this.#keep.names("").every((name) => idle.test(name)) ? null : "0";
  }

  tokens(): string[] {
    return this.keys().map((key) => this.tokenOf(key));
  }

  tokenOf(key: string): string {
    return this.keepOf(key).get("token") ?? "";
  }

  /** The conversation with this token, by whichever of its two names; null if it is not here. */
  keyOf(token: string): string | null {
    const names = (key: string) => [this.tokenOf(key), this.keepOf(key).get("ref")];
    return this.keys().find((key) => names(key).includes(token)) ?? null;
  }

  kept(key: string): Kept {
    return this.keepOf(key).read<Kept>("summary") ?? nothing;
  }

  note(key: string, kept: Kept): void {
    this.keepOf(key).write("summary", kept);
  }

  /** Remembers a conversation of another device, or what is new in one of this. */
  merge(remote: RemoteConversation): void {
    const known = this.keyOf(remote.conversation_token);
    const key = known ?? this.newKey();
    const keep = this.keepOf(key);
    if (known === null) {
      keep.set("token", remote.conversation_token);
      keep.set("ref", remote.conversation_token);
      keep.set("talking", "1");
    }
    this.note(key, { ...fromRemote(remote), seq: this.kept(key).seq });
  }

  summaries(current: string, known: (key: string) => Known | undefined): Summary[] {
    const summary = (key: string): Summary => {
      const live = known(key);
      const { seq: _, ...kept } = live?.summary ?? this.kept(key);
      return { ...kept, key, unsent: live?.unsent ?? 0, current: key === current };
    };
    return this.keys().map(summary).sort(byTime);
  }

  clear(): void {
    this.#keep.clear();
  }

  #all(): string[] {
    const further = this.#keep.names("c:").map((name) => name.split(":")[1] ?? "");
    return ["", ...new Set(further)];
  }
}
