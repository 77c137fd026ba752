import type { Answer } from "./api.js";
import type { PushSubscriptionKeys } from "./wire.js";

/** How asking for notifications ended. */
export type PushOutcome = "on" | "denied" | "unsupported" | "failed";

/** What web push needs of a browser. Only a page of the server's own origin, at the top, has it. */
export interface PushBrowser {
  ask(): Promise<NotificationPermission>;
  subscribe(publicKey: string): Promise<PushSubscriptionKeys>;
  /** The subscription there is, if any. */
  current(): Promise<PushSubscriptionKeys | null>;
  unsubscribe(): Promise<void>;
}

type Tell = (subscription: PushSubscriptionKeys) => Promise<Answer<unknown>>;

/** News by web push, when the page is closed. */
export class Push {
  readonly #browser: PushBrowser | null;

  constructor(browser: PushBrowser | null) {
    this.#browser = browser;
  }

  get possible(): boolean {
    return this.#browser !== null;
  }

  async ask(publicKey: string, tell: Tell): Promise<PushOutcome> {
    if (!this.#browser) return "unsupported";
    try {
      if ((await this.#browser.ask()) !== "granted") return "denied";
      const answer = await tell(await this.#browser.subscribe(publicKey));
      return answer.ok ? "on" : "failed";
    } catch {
      return "failed";
    }
  }

  /** Tells of the subscription there is, if any, and ends it if it is to end. */
  async tell(tell: Tell, end: boolean): Promise<void> {
    try {
      const subscription = await this.#browser?.current();
      if (!subscription) return;
      await tell(subscription);
      if (end) await this.#browser?.unsubscribe();
    } catch {
      // Nothing to tell of, or the browser forbids even that.
    }
  }
}
