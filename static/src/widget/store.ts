import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import { fullJitter } from "../shared/backoff.js";
import { keptBelow, type Labels, returning, sideOf, soundColor, type Theme, type ToFrame, type Wish } from "../shared/bridge.js";
import type { Client, Snapshot } from "../shared/client.js";
import type { Config, Page } from "../shared/wire.js";
import type { World } from "../shared/world.js";
import type { Host } from "./host.js";
import { chooseLocale, english, loadWords, type Words } from "./i18n/index.js";
import { popOut } from "./popout.js";

/** What a store is made of. `embedded` is false where somebody opened the frame's page by itself. */
export interface StoreOptions {
  client: Client;
  world: World;
  host: Host;
  embedded: boolean;
  siteKey?: string;
  /** The browser's languages, the most wanted first. */
  languages: readonly string[];
}

/** Everything the views draw, as signals, and the acts that cross the frame's border. */
export class Store {
  readonly client: Client;
  readonly snapshot = signal<Snapshot>({} as Snapshot);
  readonly config = signal<Config | null>(null);
  readonly words = signal<Words>(english);
  /** Whether the panel is open, as far as the customer's page says. */
  readonly open = signal(false);
  /** Whether the page can be seen at all. */
  readonly shown = signal(true);
  /** Whether the site turned this page away, or did not answer yet. */
  readonly trouble = signal<"" | "refused" | "unreachable">("");
  /** Whether the browser believes to have a network. */
  readonly onLine = signal(true);
  readonly color: ReadonlySignal<string> = computed(() =>
    soundColor(this.#wish.value.color || this.config.value?.theme?.color),
  );
  /** How the customer's page wants the chat to look. */
  readonly theme: ReadonlySignal<Theme> = computed(() => this.#wish.value.theme ?? {});
  readonly #options: StoreOptions;
  readonly #prefix: string;
  #returning = false;
  #page: Page | undefined;
  readonly #wish = signal<Wish>({ locale: "", pinned: false, color: "" });
  #drawn = false;

  constructor(options: StoreOptions) {
    this.#options = options;
    this.#prefix = keptBelow(options.siteKey ?? "");
    this.client = options.client;
    this.snapshot.value = this.client.snapshot();
    this.open.value = !options.embedded;
    this.client.subscribe(() => this.#soon());
  }

  get embedded(): boolean {
    return this.#options.embedded;
  }

  /** Asks for the site's configuration until it is there, and goes on with the last visit. */
  async begin(): Promise<void> {
    this.client.open();
    for (let attempt = 0; this.config.value === null && this.trouble.value !== "refused"; attempt++) {
      const answer = await this.client.api.config();
      if (answer.ok) await this.#configured(answer.value);
      else if (answer.status === 401 || answer.status === 403) this.trouble.value = "refused";
      else {
        this.trouble.value = "unreachable";
        await this.#pause(Math.max(answer.wait, fullJitter(attempt, this.#options.world.random)));
      }
    }
  }

  /** Takes what the customer's page says. */
  receive(message: ToFrame): void {
    if (message.type === "wipe" || (message.type === "hello" && message.forget)) this.#wipe();
    if (message.type === "hello" || message.type === "wish") this.#wished(message.wish);
    if (message.type === "hello" || message.type === "open" || message.type === "page") this.#visit(message.page);
    if (message.type === "hello") this.open.value = message.open;
    if (message.type === "open" || message.type === "close") this.open.value = message.type === "open";
    const person = message.type === "identify" || message.type === "hello" ? message.person : null;
    if (person) void this.client.identify(person);
    this.look();
  }

  /** Tells the client whether the visitor has the conversation before their eyes. */
  look(): void {
    this.client.look(this.open.value && this.shown.value);
  }

  start(details: { name: string; email: string; message: string }): void {
    const page = this.#page ? { page: this.#page } : {};
    this.client.start({ ...details, ...page, locale: this.words.value.locale });
  }

  /** The visitor wants the panel closed; only the customer's page can do that. */
  close(): void {
    this.#options.host.tell({ type: "close" });
  }

  /**
   * Opens the chat in a window of its own and closes the panel; false where the browser blocks it. To be
   * called in a click.
   */
  popOut(): boolean {
    const { world } = this.#options;
    const page = this.#page ?? { url: "", title: "", referrer: "" };
    const opened = popOut({ page, wish: this.#wish.value, storage: () => world.storage(), prefix: this.#prefix });
    if (opened) this.close();
    return opened;
  }

  #visit(page: Page): void {
    this.#page = page;
    this.client.track(page);
  }

  #wished(wish: Wish): void {
    this.#wish.value = wish;
    if (this.config.value) void this.#speak(this.config.value);
  }

  /** Forgets the visitor, and tells when nothing is left. */
  #wipe(): void {
    this.client.logout();
    this.#remember(false);
    this.#options.host.tell({ type: "wiped" });
  }

  /** Lets the loader on the next page know whether there are answers to look for. */
  #remember(back: boolean): void {
    if (back === this.#returning) return;
    this.#returning = back;
    this.#options.host.tell({ type: "store", key: this.#prefix + returning, value: back ? "1" : null });
  }

  async #configured(config: Config): Promise<void> {
    await this.#speak(config);
    batch(() => {
      this.config.value = config;
      this.trouble.value = "";
    });
  }

  /** Chooses the language anew, and tells the launcher how to look and what to say. */
  async #speak(config: Config): Promise<void> {
    const { languages, host } = this.#options;
    const { locale, pinned, color: asked } = this.#wish.value;
    const choice = { page: locale, pinned, site: config.locale ?? "", browser: languages };
    const words = await loadWords(chooseLocale(choice));
    this.words.value = words;
    const color = soundColor(asked || config.theme?.color);
    const labels: Labels = {
      open: words.say("open"),
      close: words.say("close"),
      unread: words.say("unread"),
      frame: config.name || words.say("title"),
    };
    host.tell({ type: "look", color, side: sideOf(config.theme?.position), labels });
  }

  /** A catch-up of a thousand messages is drawn once, not a thousand times. */
  #soon(): void {
    if (this.#drawn) return;
    this.#drawn = true;
    this.#options.world.setTimeout(() => this.#draw(), 0);
  }

  #draw(): void {
    this.#drawn = false;
    const before = this.snapshot.value.unread;
    this.snapshot.value = this.client.snapshot();
    const { unread } = this.snapshot.value;
    if (unread !== before) this.#options.host.tell({ type: "unread", count: unread });
    this.#remember(this.snapshot.value.conversations.length > 0);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#options.world.setTimeout(resolve, ms));
  }
}
