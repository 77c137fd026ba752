import { fullJitter } from "../shared/backoff.js";
import { keptBelow, type Labels, type Mark, returning, sideOf, type Theme, type ToFrame, type Wish } from "../shared/bridge.js";
import type { Client, Snapshot } from "../shared/client.js";
import { Keep } from "../shared/keep.js";
import type { Person } from "../shared/identity.js";
import type { PushOutcome } from "../shared/push.js";
import type { Config, Page } from "../shared/wire.js";
import type { World } from "../shared/world.js";
import { Blink } from "./blink.js";
import type { Host } from "./host.js";
import { bare, chooseLocale, loadWords, type Words } from "./i18n/index.js";
import { type Look, lookOf } from "./look.js";
import { News } from "./news.js";
import type { PopoutOptions } from "./popout.js";
import { Route } from "./route.js";
import { computed, signal, type Signal } from "./signal.js";

const minute = 60_000;

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

/** What the start form brings. */
export interface Details {
  name: string;
  email: string;
  message: string;
  custom?: Record<string, unknown>;
}

/** Everything the views draw, as signals, and the acts that cross the frame's border. */
export class Store {
  readonly client: Client;
  readonly route = new Route();
  readonly news: News;
  readonly snapshot = signal<Snapshot>({} as Snapshot);
  /** Where a person was asked for in this visit, and after which message. */
  #asked = { place: "", seq: 0 };
  /** The files chosen for the next message, by the place it goes to. */
  readonly chosen = new Map<string, File[]>();
  readonly config = signal<Config | null>(null);
  readonly words = signal<Words>(bare);
  /** Whether the panel is open, as far as the customer's page says. */
  readonly open = signal(false);
  /** Whether the page can be seen at all. */
  readonly shown = signal(true);
  /** Whether the site turned this page away, or did not answer yet. */
  readonly trouble = signal<"" | "refused" | "unreachable">("");
  /** Whether the browser believes to have a network. */
  readonly onLine = signal(true);
  readonly #wish = signal<Wish>({ locale: "", pinned: false, color: "" });
  /** How the frame looks: the page's wish before the site's setting. */
  readonly look: Readonly<Signal<Look>> = computed(() => lookOf(this.config.value, this.#wish.value));
  readonly color: Readonly<Signal<string>> = computed(() => this.look.value.color);
  /** How the customer's page wants the chat to look. */
  readonly theme: Readonly<Signal<Theme>> = computed(() => this.#wish.value.theme ?? {});
  readonly #options: StoreOptions;
  readonly #prefix: string;
  readonly #keep: Keep;
  readonly #blink: Blink;
  /** The site's language, as it was last. */
  #locale: string;
  /** The language that was asked for last: who is slower must not speak over it. */
  #choice = "";
  #mark: Mark = null;
  /** When answers elsewhere are looked for next. */
  #round = 0;
  #page: Page | undefined;
  #person: Person | null = null;
  #drawn = false;

  constructor(options: StoreOptions) {
    this.#options = options;
    this.#prefix = keptBelow(options.siteKey ?? "");
    this.client = options.client;
    this.#keep = new Keep(() => options.world.storage(), `${this.#prefix}news:`);
    this.#locale = this.#keep.get("locale") ?? "";
    this.news = new News(this.#keep);
    this.#blink = new Blink(options.world, options.host);
    this.open.value = !options.embedded;
    this.snapshot.value = this.client.snapshot();
    this.client.subscribe(() => this.#soon());
  }

  get embedded(): boolean {
    return this.#options.embedded;
  }

  /** Now, by the world's clock. */
  now(): number {
    return this.#options.world.now();
  }

  /** Whether there is more than this one conversation to go to. */
  get homely(): boolean {
    return Boolean(this.config.value?.articles) || this.snapshot.value.conversations.length > 0;
  }

  /**
   * Asks for the site's configuration and the words of its language until both are there, and goes on with
   * the last visit: who comes back reads the conversation before the site has answered.
   */
  async begin(): Promise<void> {
    this.client.open();
    if (this.client.snapshot().phase !== "fresh") void this.#learn(this.#locale);
    for (let attempt = 0; ; attempt++) {
      const answer = await this.client.api.config();
      const spoken = await this.#learn(answer.ok ? (answer.value.locale ?? "") : this.#locale);
      if (answer.ok && spoken) return this.#configured(answer.value);
      const refused = !answer.ok && (answer.status === 401 || answer.status === 403);
      this.trouble.value = refused ? "refused" : "unreachable";
      if (refused && spoken) return;
      await this.#pause(Math.max(answer.ok ? 0 : answer.wait, fullJitter(attempt, this.#options.world.random)));
    }
  }

  /** Whether anything can be said yet. */
  get spoken(): boolean {
    return this.words.value !== bare;
  }

  /** Takes what the customer's page says. */
  receive(message: ToFrame): void {
    if (message.type === "wipe" || (message.type === "hello" && message.forget)) this.#wipe();
    if (message.type === "hello" || message.type === "wish") this.#wished(message.wish);
    if (message.type === "hello" || message.type === "open" || message.type === "page") this.#visit(message.page);
    if (message.type === "hello") this.open.value = message.open;
    if (message.type === "open" || message.type === "close") this.open.value = message.type === "open";
    if (message.type === "open" || message.type === "hello") this.#greet();
    const person = message.type === "identify" || message.type === "hello" ? message.person : null;
    if (person) void this.client.identify((this.#person = person));
    this.watch();
  }

  /** Who opens the chat because of an answer elsewhere finds the list that leads to it. */
  #greet(): void {
    const { unread, elsewhere } = this.client.snapshot();
    const talks = this.open.value && this.route.place.value.screen === "talk";
    if (talks && elsewhere > 0 && elsewhere === unread) this.route.go({ screen: "home" });
  }

  /** Tells the client whether the visitor has the conversation before their eyes. */
  watch(): void {
    const { screen } = this.route.place.value;
    this.client.look(this.open.value && this.shown.value && screen === "talk");
    if (!this.shown.value) return;
    this.#blink.stop();
    if (this.now() < this.#round) return;
    // Answers in conversations that are not in view are noticed within a minute, as long as the page is seen.
    this.#round = this.now() + minute;
    this.#options.world.setTimeout(() => this.watch(), minute);
    void this.client.lookAround();
  }

  start(details: Details): void {
    const page = this.#page ? { page: this.#page } : {};
    this.client.start({ ...details, ...page, locale: this.words.value.locale });
    // The page may be left in the next moment.
    this.#remember();
  }

  /** Opens a conversation of the list, or the form of a new one. */
  talk(key: string | null): void {
    if (key === null) this.client.startNew();
    else this.client.switchTo(key);
    this.#shown();
  }

  /** Opens the conversation with this token, wherever it was begun. */
  show(token: string): void {
    this.client.adopt(token);
    this.#shown();
  }

  #shown(): void {
    this.snapshot.value = this.client.snapshot();
    this.route.go({ screen: "talk" });
    this.watch();
  }

  /** Back to where the visitor came from. */
  back(): void {
    this.route.back();
    this.watch();
  }

  /** Asks for a human being; tells whether the wish arrived. */
  async person(): Promise<boolean> {
    const { place, messages } = this.snapshot.value;
    const { ok } = await this.client.person();
    if (ok) this.#asked = { place, seq: messages.length };
    return ok;
  }

  /** Whether a person was asked for and is still to come. */
  get awaited(): boolean {
    const { place, messages, status, assistantActive } = this.snapshot.value;
    const asked = this.#asked.place === place && status === "open" && !assistantActive;
    return asked && !messages.slice(this.#asked.seq).some(({ sender }) => sender === "agent");
  }

  /** Wants notifications in this browser, or none any longer; to be called in a click. */
  async notify(wanted: boolean): Promise<PushOutcome | "off"> {
    this.news.setAsked();
    const key = this.config.value?.push?.public_key;
    if (wanted && !key) return "unsupported";
    const outcome = wanted && key ? await this.client.askPush(key) : "off";
    if (!wanted) await this.client.stopPush();
    this.news.setPush(outcome === "on");
    return outcome;
  }

  /** The visitor wants the panel closed; only the customer's page can do that. */
  close(): void {
    this.#options.host.tell({ type: "close" });
  }

  /** What a window of its own needs of this frame. */
  get handover(): PopoutOptions {
    const { world } = this.#options;
    const page = this.#page ?? { url: "", title: "", referrer: "" };
    // Another tab may have forgotten the person since.
    return { page, person: this.client.snapshot().identity === "none" ? null : this.#person, wish: this.#wish.value, storage: () => world.storage(), prefix: this.#prefix };
  }

  #visit(page: Page): void {
    this.#page = page;
    this.client.track(page);
  }

  #wished(wish: Wish): void {
    this.#wish.value = wish;
    const config = this.config.value;
    if (config) void this.#learn(config.locale ?? "").then(() => this.#dress(config));
  }

  /** Forgets the visitor, and tells when nothing is left. */
  #wipe(): void {
    const forgotten = this.client.logout();
    this.news.forget();
    this.#locale = "";
    this.chosen.clear();
    this.#person = null;
    // The mark may stem from a visit before this one.
    this.#mark = "0";
    this.#remember();
    this.#blink.stop();
    void forgotten.then(() => this.#options.host.tell({ type: "wiped" }));
  }

  /** Lets the next page know whether there are words to deliver or answers to look for, and in which language the site speaks. */
  #remember({ mark } = this.client.snapshot()): void {
    const locale = this.config.value ? (this.config.value.locale ?? "") : this.#locale;
    if (mark === "1" && locale !== this.#locale) this.#keep.set("locale", (this.#locale = locale));
    if (mark === this.#mark) return;
    this.#mark = mark;
    this.#options.host.tell({ type: "store", key: this.#prefix + returning, value: mark });
  }

  #configured(config: Config): void {
    this.config.value = config;
    this.trouble.value = "";
    this.#dress(config);
    const fresh = this.client.snapshot().phase === "fresh";
    if (fresh && this.homely) this.route.begin({ screen: "home" });
  }

  /** Tells the launcher how to look and what to say. */
  #dress(config: Config): void {
    const words = this.words.value;
    const { color } = lookOf(config, this.#wish.value);
    const labels: Labels = {
      open: words.say("open"),
      close: words.say("close"),
      unread: words.say("unread"),
      frame: config.name || words.say("title"),
    };
    this.#options.host.tell({ type: "look", color, side: sideOf(config.theme?.position), labels });
  }

  /** Takes on the language that is wished for; false where nothing can be said in any. */
  async #learn(site: string): Promise<boolean> {
    const choose = () => {
      const { locale, pinned } = this.#wish.value;
      return chooseLocale({ page: locale, pinned, site, browser: this.#options.languages });
    };
    const choice = (this.#choice = choose());
    const words = await loadWords(choice);
    // The page may have changed its wish meanwhile.
    if (choice !== choose()) return this.#learn(site);
    if (words && choice === this.#choice) this.words.value = words;
    return this.spoken;
  }

  /** A catch-up of a thousand messages is drawn once, not a thousand times. */
  #soon(): void {
    if (this.#drawn) return;
    this.#drawn = true;
    this.#options.world.setTimeout(() => this.#draw(), 0);
  }

  #draw(): void {
    this.#drawn = false;
    const before = this.snapshot.value;
    this.snapshot.value = this.client.snapshot();
    const { unread, elsewhere, conversations } = this.snapshot.value;
    const answered = conversations.find((other) => !other.current && other.unread > 0);
    if (this.shown.value && elsewhere > (before.elsewhere ?? 0)) this.news.ring(Date.parse(answered?.lastMessageAt ?? ""));
    if (unread !== before.unread) this.#counted(unread, unread > (before.unread ?? 0));
    this.#remember(this.snapshot.value);
    this.news.heard(before, this.snapshot.value);
  }

  /** The launcher shows the count; the tab's title calls who is not on the page, until it is read or they are. */
  #counted(unread: number, more: boolean): void {
    const { host, embedded } = this.#options;
    host.tell({ type: "unread", count: unread });
    if (unread === 0 || this.shown.value) this.#blink.stop();
    else if (embedded && more) this.#blink.start(this.words.value.say("unreadMessages", { n: unread }));
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#options.world.setTimeout(resolve, ms));
  }
}
