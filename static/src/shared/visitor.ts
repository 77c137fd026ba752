import type { Keep } from "./keep.js";
import { newVisitorToken } from "./token.js";
import type { StartRequest } from "./wire.js";

/** The fields of the form, as far as they are typed. */
export interface FormDraft {
  name?: string;
  email?: string;
  message?: string;
  custom?: Record<string, unknown>;
}

/** One text of several, none of them twice. */
export const together = (...texts: string[]) => texts.reduce((said, text) => (said.includes(text) ? said : said + (said && "\n") + text), "");

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
    this.#keep.set("ref", token);
    this.#keep.set("talking", "1");
  }

  /** The token by which the server names the conversation, the same on every device. */
  get ref(): string | null {
    return this.#keep.get("ref");
  }

  get talking(): boolean {
    return this.#keep.get("talking") === "1";
  }

  /** The conversation exists. Its first answer may be an automatic one. */
  began(autoReply: string | null, ref: string | null = null): void {
    this.#keep.set("talking", "1");
    this.#keep.remove("start");
    this.#keep.remove("form");
    if (ref) this.#keep.set("ref", ref);
    if (autoReply) this.#keep.set("auto-reply", autoReply);
  }

  get autoReply(): string | null {
    return this.#keep.get("auto-reply");
  }

  /** A beginning that the server has not acknowledged; kept, so that a reload repeats it. */
  get beginning(): StartRequest | null {
    return this.#keep.read("start");
  }

  set beginning(request: StartRequest | null) {
    this.#keep.write("start", request);
  }

  /** What was typed into the composer and not yet sent. */
  get draft(): string {
    return this.#keep.get("draft") ?? "";
  }

  set draft(text: string) {
    if (text === "") this.#keep.remove("draft");
    else this.#keep.set("draft", text);
  }

  /** What was typed into the form and not yet sent. */
  get form(): FormDraft {
    return this.#keep.read<FormDraft>("form") ?? {};
  }

  set form(form: FormDraft) {
    const typed = Object.values(form).some((field) => field !== "" && field !== undefined);
    this.#keep.write("form", typed ? form : null);
  }

  /** What could not be delivered goes back into the form, beside what was still being written; gives all that stands there. */
  giveBack(words: readonly string[]): string {
    const { form } = this;
    const message = together(form.message ?? "", ...words, this.draft);
    this.form = { ...form, message };
    this.draft = "";
    return message;
  }

  /** The sequence number up to which the visitor has seen the conversation. */
  get read(): number {
    return Number(this.#keep.get("read")) || 0;
  }

  set read(seq: number) {
    this.#keep.set("read", String(seq));
  }

  /** How many messages there were when the visitor did not want to rate; more are another occasion. */
  get unrated(): number {
    return Number(this.#keep.get("unrated")) || 0;
  }

  set unrated(seq: number) {
    this.#keep.set("unrated", String(seq));
  }

  forget(): void {
    for (const name of ["token", "ref", "talking", "auto-reply", "start", "read", "unrated", "summary"]) this.#keep.remove(name);
  }
}
