import type { Api } from "./api.js";
import type { FilesPort } from "./files.js";
import type { Keep } from "./keep.js";
import type { Push } from "./push.js";
import type { Page } from "./wire.js";
import type { World } from "./world.js";

/** What a client is made of. `origin` is the server's, `siteKey` the public key of the site. */
export interface ClientOptions {
  world: World;
  origin: string;
  siteKey: string;
  /** Web push, where the page can have it: frames, which are nearly all, cannot. */
  push?: Push | null;
}

/** The form, filled in. */
export interface Details {
  name: string;
  email: string;
  message: string;
  page?: Page;
  locale?: string;
  custom?: Record<string, unknown>;
}

/** What a conversation stands on. */
export interface ConversationOptions {
  world: World;
  api: Api;
  siteKey: string;
  keep: Keep;
  files: FilesPort | null;
  changed(): void;
  /** It exists on the server from now on. */
  began(): void;
}
