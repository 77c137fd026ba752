import { type Answer, Api, type Outcome, outcomeOf } from "./api.js";
import { Conversation } from "./conversation.js";
import { Device } from "./device.js";
import type { FilesPort } from "./files.js";
import type { ClientOptions, Details } from "./options.js";
import { Identity, type Person } from "./identity.js";
import { Keep } from "./keep.js";
import type { Push, PushOutcome } from "./push.js";
import { refresh } from "./refresh.js";
import type { Summary } from "./summary.js";
import { Tracker } from "./tracker.js";
import type { Snapshot } from "./view.js";
import type { FormDraft } from "./visitor.js";
import type { Article, ArticleEntry, Page, RemoteConversation } from "./wire.js";
import type { Timer } from "./world.js";

export type { ClientOptions, Details } from "./options.js";
export type { Phase, Snapshot } from "./view.js";

/** Another tab that wipes the storage is done with it within this time, in milliseconds. */
const moment = 50;

/** A visitor on one site, and their conversations, one of which is in view. */
export class Client {
  readonly api: Api;
  readonly #options: ClientOptions;
  readonly #device: Device;
  readonly #identity: Identity;
  readonly #tracker: Tracker;
  readonly #push: Push | null;
  readonly #files: FilesPort | null;
  readonly #listeners = new Set<() => void>();
  #key: string;
  #current: Conversation;
  /** Conversations out of view whose messages still have to go out. */
  readonly #delivering = new Map<string, Conversation>();
  #looking = false;
  /** Whether anything of the visitor's is kept. */
  #kept = false;
  #settling: Timer = null;
  /** The visitor asked for a new conversation, and is not to be taken out of it. */
  #fresh = false;
  #stopped = false;
  /** How many visitors were here, one after the other. */
  #visitors = 0;

  constructor(options: ClientOptions) {
    const { world, origin, siteKey } = options;
    this.#options = options;
    this.api = new Api(world, origin, siteKey);
    const keep = new Keep(() => world.storage(), `parley:${siteKey}:`);
    this.#device = new Device(keep, (count) => world.bytes(count));
    this.#identity = new Identity(keep, this.api);
    this.#tracker = new Tracker(world, (page) => {
      const { visitor } = this.#current;
      if (visitor.talking) void this.api.page(visitor.token, page);
    });
    this.#push = options.push ?? null;
    this.#files = world.files?.(siteKey) ?? null;
    this.#key = this.#device.current;
    this.#current = this.#make(this.#key);
  }

  /** Shows the conversation with this token, also one that was begun elsewhere. */
  adopt(token: string): void {
    const key = this.#device.keyOf(token);
    if (key !== null) return this.switchTo(key);
    if (this.#current.phase !== "fresh") this.#show(this.#device.newKey());
    this.#current.visitor.adopt(token);
    this.#device.current = this.#key;
    this.#current.open();
    this.#changed();
  }

  /** Goes on where the last visit ended, if there was one. */
  open(): void {
    this.#current.open();
    for (const key of this.#device.unsent()) {
      if (key === this.#key) continue;
      const conversation = this.#make(key);
      this.#delivering.set(key, conversation);
      conversation.open();
    }
  }

  /** Ends all activity; what is unsent stays in the storage. */
  stop(): void {
    this.#stopped = true;
    this.#options.world.clearTimeout(this.#settling);
    this.#current.stop();
    for (const conversation of this.#delivering.values()) conversation.stop();
    this.#tracker.stop();
    this.#listeners.clear();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  snapshot(): Snapshot {
    const view = this.#current.view();
    const conversations = this.#summaries();
    const elsewhere = conversations.reduce((sum, { current, unread }) => sum + (current ? 0 : unread), 0);
    return {
      ...view,
      unread: view.unread + elsewhere,
      elsewhere,
      place: `${this.#visitors}:${this.#key}`,
      conversations,
      mark: this.#device.mark,
      contact: this.#identity.contact,
      known: this.#identity.known,
      identity: this.#identity.state,
    };
  }

  /** Begins a conversation. */
  start(details: Details): void {
    const { known } = this.#identity;
    this.#device.current = this.#key;
    const { name = "", email = "" } = details;
    this.#current.start({ ...details, name: name || known.name, email: email || known.email });
  }

  /** Sends a message: kept, shown at once, and repeated until the server has it. */
  send(message: string, files: File[] = []): void {
    this.#current.send(message, files);
  }

  /** Sends a failed message again. */
  retry(clientId: string): void {
    this.#current.retry(clientId);
  }

  /** Gives a message up. */
  discard(clientId: string): void {
    this.#current.discard(clientId);
  }

  /** The visitor writes, or stopped to. */
  compose(writing: boolean): void {
    this.#current.compose(writing);
  }

  /** Keeps what is typed into the composer over reloads. */
  saveDraft(text: string): void {
    this.#current.visitor.draft = text;
    this.#noteKept();
  }

  /** Keeps what is typed into the form over reloads. */
  saveForm(form: FormDraft): void {
    this.#current.saveForm(form);
    this.#noteKept();
  }

  /** Whether the visitor has the conversation before their eyes; only then messages count as read. */
  look(looking: boolean): void {
    this.#looking = looking;
    this.#current.look(looking);
    this.#changed();
  }

  /** The page is awake, shown or online again. */
  wake(): void {
    if (this.#stopped) return;
    this.#current.wake();
    for (const conversation of this.#delivering.values()) conversation.wake();
  }

  /** Another tab changed the storage: it may have begun the conversation, or wiped it. */
  stored(): void {
    if (this.#stopped) return;
    const { world } = this.#options;
    world.clearTimeout(this.#settling);
    this.#settling = world.setTimeout(() => this.#settled(), moment);
    this.#current.stored();
    this.#changed();
  }

  /** Shows another conversation of `snapshot().conversations`. */
  switchTo(key: string): void {
    if (key === this.#key || !this.#device.keys().includes(key)) return;
    this.#show(key);
    this.#device.current = key;
    this.#current.open();
    this.#notify(key);
    this.#changed();
  }

  /** Makes room for a new conversation; it exists when it is begun. */
  startNew(): void {
    if (this.#current.phase !== "fresh") this.#show(this.#device.freshKey(this.#key));
    this.#fresh = true;
    this.#changed();
  }

  /** Asks for what is new in the conversations that are not in view. */
  async refreshConversations(): Promise<void> {
    if (this.#identity.state === "verified") await this.#identify();
    else await this.lookAround();
  }

  /** As above, of the conversations that this device knows already, the newest first. */
  async lookAround(): Promise<void> {
    await refresh(this.api, this.#device, this.#summaries());
    this.#changed();
  }

  /** Asks for a human being. */
  async person(): Promise<Outcome> {
    const conversation = this.#current;
    const answer = await this.api.person(conversation.visitor.token);
    if (answer.ok) conversation.standing.assistantActive = false;
    this.#changed();
    return this.#outcome(answer);
  }

  /** Asks for the conversation by e-mail. */
  async transcript(): Promise<Outcome> {
    return this.#outcome(await this.api.transcript(this.#current.visitor.token));
  }

  /** Rates the conversation. Resolves to whether the rating is stored, now or from before. */
  async rate(score: number, comment: string): Promise<boolean> {
    const conversation = this.#current;
    const answer = await this.api.rate(conversation.visitor.token, score, comment);
    const stored = answer.ok || answer.status === 409;
    if (stored) conversation.standing.survey = false;
    this.#changed();
    return stored;
  }

  /** The visitor does not want to rate. */
  dismissSurvey(): void {
    const { visitor, standing } = this.#current;
    visitor.unrated = this.#current.view().messages.length;
    standing.survey = false;
    this.#changed();
  }

  /** Searches the published articles, or lists them. */
  async articles(query: string, locale = ""): Promise<Answer<ArticleEntry[]>> {
    const answer = await this.api.articles(query, locale);
    return answer.ok ? { ok: true, value: answer.value.articles } : answer;
  }

  /** A published article with its text. */
  article(id: string | number): Promise<Answer<Article>> {
    return this.api.article(id);
  }

  /** Whether the browser would let this page ask for notifications. */
  get pushable(): boolean {
    return this.#push !== null;
  }

  /** Asks for notifications; to be called in a click, with `config.push.public_key`. */
  async askPush(publicKey: string): Promise<PushOutcome> {
    return this.#push?.ask(publicKey, this.api, this.#current.visitor.token) ?? "unsupported";
  }

  /** Wants no notifications any longer. */
  async stopPush(): Promise<void> {
    await this.#push?.tell(this.api, this.#current.visitor.token, false);
  }

  /**
   * Who the visitor is, as the site's own server signed it. Brings the conversations that they had on
   * other devices; those of somebody else who was here before are wiped from this one.
   */
  async identify(person: Person): Promise<Outcome> {
    if (this.#identity.isAnother(person)) void this.logout();
    this.#identity.claim(person);
    return this.#identify();
  }

  /** Forgets the visitor: conversations, drafts and identity leave this device. Resolves when their files have left too. */
  async logout(): Promise<void> {
    if (this.#push) void this.stopPush();
    this.#device.clear();
    this.#forget();
    await this.#files?.clear().catch(() => {});
  }

  /** The page the visitor is on now; the team sees it once there is a conversation. */
  track(page: Page): void {
    this.#tracker.see(page);
  }

  fileAddress(url: string, disposition: "inline" | "attachment"): string {
    return this.api.fileAddress(this.#current.visitor.token, url, disposition);
  }

  #make(key: string): Conversation {
    const { world, siteKey } = this.#options;
    const changed = () => (this.#key === key ? this.#changed() : this.#delivered(key));
    const keep = this.#device.keepOf(key);
    return new Conversation({ world, api: this.api, siteKey, keep, files: this.#files, changed, began: () => (this.#tracker.again(), this.#notify(key)) });
  }

  /** Who wants notifications wants them of every conversation they take part in. */
  #notify(key: string): void {
    void this.#push?.tell(this.api, this.#device.tokenOf(key), true);
  }

  #show(key: string): void {
    const [before, left] = [this.#key, this.#current];
    this.#fresh = false;
    left.look(false);
    this.#key = key;
    this.#current = this.#delivering.get(key) ?? this.#make(key);
    this.#delivering.delete(key);
    this.#current.look(this.#looking);
    if (left.unsent > 0) this.#delivering.set(before, left);
    else left.stop();
  }

  /** What another tab wipes goes piece by piece; now it has come to rest. */
  #settled(): void {
    const wiped = this.#kept && !this.#device.mark;
    // A token that was made for want of one.
    if (wiped) this.#device.clear();
    if (wiped || this.#identity.isAnother()) this.#forget();
    else this.#current.settled();
  }

  /** Whoever was here is not any more: this tab shows nothing of them, and does nothing in their name. */
  #forget(): void {
    for (const conversation of [this.#current, ...this.#delivering.values()]) conversation.leave();
    this.#delivering.clear();
    this.#identity.forget();
    this.#visitors++;
    this.#fresh = this.#kept = false;
    this.#key = this.#device.current;
    this.#current = this.#make(this.#key);
    this.#current.look(this.#looking);
    this.open();
    this.#changed();
  }

  /** A conversation out of view ends its activity when nothing is left to send. */
  #delivered(key: string): void {
    const conversation = this.#delivering.get(key);
    if (!conversation || conversation.unsent > 0) return;
    this.#delivering.delete(key);
    conversation.stop();
    this.#changed();
  }

  #summaries(): Summary[] {
    return this.#device.summaries(this.#key, (key) => (key === this.#key ? this.#current : this.#delivering.get(key)));
  }

  async #identify(): Promise<Outcome> {
    this.#changed();
    const answer = await this.#identity.verify(this.#device.tokens());
    if (answer.ok && !this.#stopped) this.#merge(answer.value.conversations);
    this.#changed();
    return this.#outcome(answer);
  }

  /** Takes the conversations of other devices in; a visitor who begins nothing here goes on with the newest. */
  #merge(conversations: readonly RemoteConversation[]): void {
    for (const remote of conversations) this.#device.merge(remote);
    const [newest] = this.#summaries();
    const idle = !this.#fresh && this.#current.phase === "fresh" && !this.#current.visitor.form.message;
    if (newest && idle && newest.status === "open") this.switchTo(newest.key);
  }

  /** Typing is no change, but for the first letter that is kept and the last that is not. */
  #noteKept(): void {
    if (this.#kept === !this.#device.mark) {
      this.#kept = !this.#kept;
      this.#changed();
    }
  }

  #outcome(answer: Answer<unknown>): Outcome {
    return outcomeOf(answer, this.#options.world.now());
  }

  /** A listener that throws is its owner's concern: messages go out all the same. */
  #changed(): void {
    this.#kept ||= !!this.#device.mark;
    for (const listener of [...this.#listeners]) {
      try {
        listener();
      } catch (error) {
        console.error(error);
      }
    }
  }
}
