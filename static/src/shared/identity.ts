import type { Answer, Api } from "./api.js";
import type { Keep } from "./keep.js";
import type { Identified, Proof } from "./wire.js";

/** What the customer's page says of its user. The proof comes from the customer's own server. */
export type Person = Proof & { email?: string; name?: string };

/** Whether a signed identity was given, and what the server thinks of it. */
export type IdentityState = "none" | "checking" | "verified" | "refused";

const atOnce = 20;

/** Who the visitor is. The proof is held in memory only: the customer's page gives it at each visit. */
export class Identity {
  readonly #keep: Keep;
  readonly #api: Api;
  #person: Person | null = null;
  state: IdentityState = "none";

  constructor(keep: Keep, api: Api) {
    this.#keep = keep;
    this.#api = api;
  }

  get contact(): { id: string; name: string } | null {
    return this.state === "verified" ? this.#keep.read("contact") : null;
  }

  /** What need not be asked for, because the customer's page or the server told it; "" where neither did. */
  get known(): { name: string; email: string } {
    const { contact } = this;
    if (!contact || !this.#person) return { name: "", email: "" };
    const { email, name } = this.#person;
    const claims = claimsOf(this.#person);
    return { name: name || textOf(claims.name) || contact.name, email: email || textOf(claims.email) };
  }

  /** Whether somebody else was here before; of who is here, whether another tab let somebody else in. */
  isAnother(person = this.#person): boolean {
    const known = this.#keep.get("who");
    return person !== null && known !== null && known !== idOf(person);
  }

  claim(person: Person): void {
    // A copy, so that each claim is known from the one before.
    this.#person = { ...person };
    this.#api.proof = proofOf(person);
    this.state = "checking";
  }

  async verify(tokens: readonly string[]): Promise<Answer<Identified>> {
    const person = this.#person as Person;
    const { email, name } = person;
    const answer = await this.#api.identify({
      visitor_tokens: tokens.slice(-atOnce),
      identity: proofOf(person),
      ...(email && { email }),
      ...(name && { name }),
    });
    // Nobody asks any longer: it tells nothing of who is here now.
    if (this.#person !== person) return { ok: false, status: 0, error: "", wait: 0 };
    if (answer.ok) {
      this.state = "verified";
      this.#keep.set("who", idOf(person));
      this.#keep.write("contact", answer.value.contact);
    } else if (answer.status === 401) this.state = "refused";
    return answer;
  }

  forget(): void {
    this.#person = this.#api.proof = null;
    this.state = "none";
  }
}

const proofOf = (person: Person): Proof =>
  "token" in person ? { token: person.token } : { id: person.id, hash: person.hash };

const textOf = (claim: unknown): string => (typeof claim === "string" ? claim : "");

/** What a JWT says, read without trust: whether it is so is for the server to know. */
function claimsOf(person: Person): { sub?: unknown; name?: unknown; email?: unknown } {
  if (!("token" in person)) return {};
  try {
    const payload = (person.token.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(payload), (char) => char.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) ?? {};
  } catch {
    return {};
  }
}

/** The customer's name for the user, only to notice a change. */
function idOf(person: Person): string {
  if ("id" in person) return String(person.id);
  const { sub } = claimsOf(person);
  return sub === undefined ? person.token : String(sub);
}
