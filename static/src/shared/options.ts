import type { PushBrowser } from "./push.js";
import type { Page } from "./wire.js";
import type { World } from "./world.js";

/** What a client is made of. `origin` is the server's, `siteKey` the public key of the site. */
export interface ClientOptions {
  world: World;
  origin: string;
  siteKey: string;
  /** What web push needs of the browser; without it there is none. */
  push?: PushBrowser | null;
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
