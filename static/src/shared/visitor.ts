import type { Keep } from "./keep.js";
import { newVisitorToken } from "./token.js";
import type { StartRequest } from "./wire.js";

/**
 * What the browser remembers of its visitor on one site: the secret token, whether a conversation
 * was begun with it, a beginning that is not yet acknowledged, and how far was read.
 */
export class Visitor {
  readonly #keep: Keep;
  readonly #bytes: (count: number) => Uint8Array;

  constructor(keep: Keep, bytes: (count: number) => Uint8Array) {
    this.#keep = keep;
    this.#bytes = bytes;
  }

  /** The visitor token; made when it is first needed, so that mere looking leaves nothing behind. */
  get token(): string {
    return this.#keep.get("token") ?? this.renew();
  }

  /** Takes a new token, because the old one is taken or its conversation is gone. */
  renew(): string {
    this.forget();
    const token = newVisitorToken(this.#bytes);
    this.#keep.set("token", token);
    return token;
  }

  /** Goes on with a conversation that was begun elsewhere, whose token a link has brought. */
  adopt(token: string): void {
    if (this.#keep.get("token") === token && this.talking) return;
    this.forget();
    this.#keep.set("token", token);
    this.#keep.set("talking", "1");
  }

  get talking(): boolean {
    return this.#keep.get("talking") === "1";
  }

  /** The conversation exists. Its first answer may be an automatic one. */
  began(autoReply: string | null): void {
    this.#keep.set("talking", "1");
    this.#keep.remove("start");
    if (autoReply) this.#keep.set("auto-reply", autoReply);
  }

  get autoReply(): string | null {
    return this.#keep.get("auto-reply");
  }

  /** A beginning that the server has not acknowledged; kept, so that a reload repeats it. */
  get beginning(): StartRequest | null {
    try {
      return JSON.parse(this.#keep.get("start") ?? "null") as StartRequest | null;
    } catch {
      return null;
    }
  }

  set beginning(request: StartRequest | null) {
    if (request) this.#keep.set("start", JSON.stringify(request));
    else this.#keep.remove("start");
  }

  /** The sequence number up to which the visitor has seen the conversation. */
  get read(): number {
    return Number(this.#keep.get("read") ?? 0) || 0;
  }

  set read(seq: number) {
    this.#keep.set("read", String(seq));
  }

  forget(): void {
    for (const name of ["token", "talking", "auto-reply", "start", "read"]) this.#keep.remove(name);
  }
}
