/**
 * The visitor's side of a Parley chat, without any view: for a chat of one's own making. Served by every
 * Parley server as `/parley-client.js`, an ES module without dependencies; this file are its types.
 *
 * ```js
 * import { createClient } from "https://chat.example.com/parley-client.js";
 * const chat = createClient({ siteKey: "pk_live_…" });
 * chat.subscribe(() => draw(chat.snapshot()));
 * chat.open();
 * chat.start({ name: "Jane", email: "jane@example.com", message: "Hello!" });
 * ```
 */
import { browserWorld } from "../shared/browser.js";
import { browserFiles } from "../shared/files.js";
import { browserUpload } from "../shared/upload.js";
import { Client } from "../shared/client.js";

export type { Answer, Outcome } from "../shared/api.js";
export type { Client, Details, Snapshot } from "../shared/client.js";
export type { LinkState } from "../shared/link.js";
export type { Delivery, Outgoing } from "../shared/outbox.js";
export type { Summary } from "../shared/summary.js";
export type { Article, ArticleEntry, Attachment, Citation, Config, Message, Page, Status } from "../shared/wire.js";
export type { Person } from "../shared/identity.js";

/** What a client needs to know. */
export interface Options {
  /** The public key of the site, `pk_live_…`. */
  siteKey: string;
  /** Where the server is; the origin that the module came from if it is left out. */
  origin?: string;
}

/**
 * A visitor's client. It remembers the visitor in the page's `localStorage` once they begin, shares one
 * socket with the other tabs, and comes back by itself after anything: call `open` once, then draw what
 * `snapshot` gives whenever `subscribe` calls.
 */
export function createClient({ siteKey, origin = new URL(import.meta.url).origin }: Options): Client {
  const client = new Client({ world: { ...browserWorld(), files: browserFiles, upload: browserUpload }, origin, siteKey });
  const gone = new AbortController();
  const awake = () => client.wake();
  const shown = () => document.visibilityState === "visible" && client.wake();
  document.addEventListener("visibilitychange", shown, gone);
  addEventListener("pageshow", awake, gone);
  addEventListener("online", awake, gone);
  addEventListener("storage", () => client.stored(), gone);
  const stop = client.stop.bind(client);
  return Object.assign(client, {
    stop: () => {
      gone.abort();
      stop();
    },
  });
}
