import type { QueryClient } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../api/client.js";
import { ApiError } from "../api/errors.js";
import { known } from "../live/apply.js";
import type { Act } from "./acts.js";

type Conversation = Schemas["Conversation"];

/** What of a conversation people change over one another, and its versions guard. */
export type Field = "priority" | "subject" | "assigned_to";

/** A value of a field as text that tells it from others; a person by the id, whatever the name is. */
export const told = (value: Conversation[Field]): string | null => (typeof value === "object" && value ? value.id : value);

/** Somebody else has given the field another value since the change of it was begun; it stays as they left it. */
export class Overtaken extends ApiError {
  readonly now: Conversation;

  constructor({ code, kind, message, details, requestId }: ApiError, now: Conversation) {
    super({ code, kind, message, details, requestId });
    this.now = now;
  }
}

/** When our own last change of each field was made: a conversation with that time on it has been changed by nobody since. A version would not tell, since it comes again with an old look. */
const made = new WeakMap<QueryClient, Map<string, string>>();

function put<F extends Field>(id: string, field: F, value: Conversation[F], version: string): Promise<Conversation> {
  const of = { path: { id }, header: { "If-Match": `"${version}"` } };
  if (field === "assigned_to") return answer(api.POST("/conversation/{id}/assign", { params: of, body: { assigned_to: told(value) } }));
  return answer(api.PATCH("/conversation/{id}", { params: of, body: { [field]: value } }));
}

/** What is shown of it before the server has answered: who is given a conversation silences its assistant. */
export const changed = <F extends Field>(c: Conversation, field: F, value: Conversation[F]): Conversation => ({
  ...c,
  [field]: value,
  ...(field === "assigned_to" && value ? { assistant_active: false } : {}),
});

/** So often others may change something else while a change is on its way, before it is given up. */
const patience = 5;

/**
 * Gives a field another value, unless somebody else did so since the change was begun: that is `Overtaken`.
 * What has changed besides, or by our own hand, is in nobody's way.
 */
export function edit<F extends Field>(queries: QueryClient, begun: Conversation, field: F, value: Conversation[F]): Act {
  const { id } = begun;
  const place = `${field} ${id}`;
  const call = async (): Promise<Conversation> => {
    const newest = known(queries, id);
    let { version } = newest && told(newest[field]) === told(begun[field]) ? newest : begun;
    for (let tries = 1; ; tries++) {
      try {
        const after = await put(id, field, value, version);
        made.set(queries, (made.get(queries) ?? new Map<string, string>()).set(place, after.updated_at));
        return after;
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== 409 || !error.details.version || tries === patience) throw error;
        const now = await answer(api.GET("/conversation/{id}", { params: { path: { id } } }));
        if (told(now[field]) === told(value)) return now;
        if (told(now[field]) !== told(begun[field]) && now.updated_at !== made.get(queries)?.get(place)) throw new Overtaken(error, now);
        version = now.version;
      }
    }
  };
  return { change: (c) => changed(c, field, value), call, line: field === "assigned_to" ? place : id };
}
