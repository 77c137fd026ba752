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

  /** What goes with the beginning of a conversation. */
  get proof(): Proof | null {
    return this.#person && proofOf(this.#person);
  }

  /** Whether somebody else was here before. */
  isAnother(person: Person): boolean {
    const before = this.#keep.get("who");
    return before !== null && before !== idOf(person);
  }

  claim(person: Person): void {
    this.#person = person;
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
    if (this.#person !== person) return answer;
    if (answer.ok) {
      this.state = "verified";
      this.#keep.set("who", idOf(person));
      this.#keep.write("contact", answer.value.contact);
    } else if (answer.status === 401) this.state = "refused";
    return answer;
  }

  forget(): void {
    this.#person = null;
    this.state = "none";
    this.#keep.remove("who");
    this.#keep.remove("contact");
  }
}

const proofOf = (person: Person): Proof =>
  "token" in person ? { token: person.token } : { id: person.id, hash: person.hash };

/** The customer's name for the user. Of a JWT it is read without trust, only to notice a change. */
function idOf(person: Person): string {
  if ("id" in person) return String(person.id);
  try {
    const payload = (person.token.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/");
    const claims = JSON.parse(atob(payload)) as { sub?: unknown };
    return String(claims.sub);
  } catch {
    return person.token;
  }
}
