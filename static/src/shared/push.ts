import type { Api } from "./api.js";
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

/** News by web push, when the page is closed. */
export class Push {
  readonly #browser: PushBrowser;

  constructor(browser: PushBrowser) {
    this.#browser = browser;
  }

  /** Asks for notifications of the conversation with this token. */
  async ask(publicKey: string, api: Api, token: string): Promise<PushOutcome> {
    try {
      if ((await this.#browser.ask()) !== "granted") return "denied";
      const answer = await api.push(token, await this.#browser.subscribe(publicKey), true);
      return answer.ok ? "on" : "failed";
    } catch {
      return "failed";
    }
  }

  /** Tells of the subscription there is, if any, and ends it if it is no longer wanted. */
  async tell(api: Api, token: string, wanted: boolean): Promise<void> {
    try {
      const subscription = await this.#browser.current();
      if (!subscription) return;
      await api.push(token, subscription, wanted);
      if (!wanted) await this.#browser.unsubscribe();
    } catch {
      // Nothing to tell of, or the browser forbids even that.
    }
  }
}
