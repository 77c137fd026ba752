import type { Schemas } from "../../../src/dashboard/api/client.js";
import { type FakeV2, Refusal } from "./server.js";

type Conversation = Schemas["Conversation"];
type Facet = (typeof facets)[number];

/** What a version names, in the order of its parts. */
const facets = ["subject", "priority", "status", "assigned_to", "labels"] as const;
const partsOf = (c: Conversation): string[] => facets.map((facet) => encodeURIComponent(JSON.stringify(c[facet])));
const versionOf = (c: Conversation): string => partsOf(c).join(".");

/** Puts a conversation on a server that takes changes of it by their versions, as the true one does: the same look has the same version. */
export function versioned(server: FakeV2, row: Conversation) {
  let clock = Date.parse(row.updated_at);
  const store = {
    row: { ...row, version: versionOf(row) },
    /** How many changes were refused. */
    refused: 0,
    /** Changes it as somebody else does. */
    write(change: Partial<Conversation>): Conversation {
      const next = { ...store.row, ...change, updated_at: new Date((clock += 1)).toISOString() };
      store.row = { ...next, version: versionOf(next) };
      server.conversations = [store.row, ...server.conversations.filter(({ id }) => id !== row.id)];
      return store.row;
    },
  };
  store.write({});
  /** Makes a change of the version that is there, and refuses it of any other. */
  const change = (made: Partial<Conversation>, headers: Headers) => {
    const expected = headers.get("If-Match")?.replaceAll('"', "");
    if (expected === store.row.version) return store.write(made);
    store.refused++;
    const [before, now] = [(expected ?? "").split("."), partsOf(store.row)];
    const changed: Facet[] = before.length === now.length ? facets.filter((_, i) => before[i] !== now[i]) : [];
    return new Refusal(409, "conflict", "Somebody else has changed this since; look at it again", { changed, version: store.row.version });
  };
  server.on("PATCH /v2/conversation/:id", ({ body, headers }) => change(body as Partial<Conversation>, headers));
  server.on("POST /v2/conversation/:id/assign", ({ body, headers }) => {
    const { assigned_to: id } = body as { assigned_to: string | null };
    return change({ assigned_to: id ? { id, name: id } : null, ...(id && { assistant_active: false }) }, headers);
  });
  return store;
}
