import type { Refusal } from "./api.js";
import { closeCodes } from "./closecodes.js";
import { Ephemera } from "./ephemera.js";
import { Link, type LinkState } from "./link.js";
import type { ConversationOptions } from "./options.js";
import { Outbox, type Outgoing } from "./outbox.js";
import { Reading } from "./reading.js";
import { Sender } from "./sender.js";
import { Standing } from "./standing.js";
import { Starter } from "./starter.js";
import { type Kept, summarize } from "./summary.js";
import { Tabs, tabsName } from "./tabs.js";
import { Timeline } from "./timeline.js";
import { newClientId } from "./token.js";
import type { Phase, View } from "./view.js";
import { type FormDraft, together, Visitor } from "./visitor.js";
import type { Message, ServerFrame, StartRequest } from "./wire.js";
import type { Timer, World } from "./world.js";

/** A catch-up of thousands of messages is noted once. */
const calm = 300;
/** Frames that are no news for every tab. Messages are passed on when they are in their place. */
const own = /^(welcome|message|pong|bye)$/;

/** One conversation of a visitor. It owns token, outbox, connection and order. */
export class Conversation {
  readonly visitor: Visitor;
  standing = new Standing();
  readonly #options: ConversationOptions;
  readonly #world: World;
  readonly #outbox: Outbox;
  readonly #timeline = new Timeline();
  readonly #link: Link;
  readonly #sender: Sender;
  readonly #starter: Starter;
  readonly #ephemera: Ephemera;
  readonly #reading: Reading;
  #tabs: Tabs | null = null;
  #refused = false;
  #problem = "";
  #details: View["details"] = null;
  /** The message that stands in the form of this tab. */
  #typed = "";
  #linkWas: LinkState = "idle";
  #noting: Timer = null;
  #first = ""; // The message that began the conversation, until it is read back.

  constructor(options: ConversationOptions) {
    this.#options = options;
    const { world, keep } = options;
    this.#world = world;
    this.visitor = new Visitor(keep, (count) => world.bytes(count));
    this.#outbox = new Outbox({ keep, now: world.now(), files: options.files, restored: () => this.#kick() });
    this.#link = this.#makeLink();
    this.#sender = this.#makeSender();
    this.#starter = this.#makeStarter();
    this.#reading = new Reading(world, this.visitor, this.#timeline, (seq) => this.#tellRead(seq));
    const tellTyping = (active: boolean) => void this.#link.send({ type: "typing", active });
    this.#ephemera = new Ephemera(world, () => options.changed(), tellTyping);
  }

  /** Goes on where the last visit ended, if there was one. */
  open(): void {
    if (this.visitor.talking) this.#connect();
    else this.#starter.resume();
  }

  /** Ends all activity; what is unsent stays in the storage. */
  stop(): void {
    this.#link.stop();
    this.#sender.stop();
    this.#starter.stop();
    this.#ephemera.stop();
    this.#reading.stop();
    if (this.#timeline.cursor > 0) this.#note();
    this.#world.clearTimeout(this.#noting);
    this.#tabs?.close();
    this.#tabs = null;
  }

  /** Ends all activity, and writes nothing more: the visitor is to be forgotten. */
  leave(): void {
    this.#timeline.clear();
    this.stop();
  }

  view(): View {
    return {
      ...this.standing,
      phase: this.phase,
      link: this.#link.state,
      shared: this.#tabs?.following ?? false,
      messages: [...this.#timeline.messages],
      outgoing: this.#outgoing(),
      typing: this.#ephemera.typing,
      streaming: this.#ephemera.streaming,
      unread: this.#reading.unread,
      autoReply: this.visitor.autoReply,
      problem: this.#problem,
      details: this.#details,
      draft: this.visitor.draft,
      form: this.visitor.form,
    };
  }

  get phase(): Phase {
    if (this.#refused) return "refused";
    if (this.#starter.pending) return "starting";
    return this.visitor.talking ? "talking" : "fresh";
  }

  /** How many messages still have to go out. */
  get unsent(): number {
    const waiting = this.#outbox.entries.filter(({ delivery }) => delivery !== "sent" && delivery !== "failed");
    return waiting.length + (this.#starter.pending ? 1 : 0);
  }

  /** What a list shows of it, or null as long as nothing of it was read in this tab. */
  get summary(): Kept | null {
    if (this.#timeline.cursor === 0) return null;
    return summarize(this.#timeline.messages, this.standing.status, this.#reading.unread);
  }

  /** Begins the conversation. */
  start(details: Omit<StartRequest, "client_id" | "visitor_token">): void {
    this.#problem = this.#typed = "";
    this.#details = { name: details.name, email: details.email, message: details.message };
    const client_id = newClientId((count) => this.#world.bytes(count));
    const request = { ...details, client_id, visitor_token: this.visitor.token };
    if (this.visitor.talking) this.#join(request);
    else this.#starter.begin(request);
  }

  /** Sends a message: kept, shown at once, and repeated until the server has it. */
  send(message: string, files: File[] = []): void {
    const client_id = newClientId((count) => this.#world.bytes(count));
    this.#outbox.add({ client_id, message, files, now: this.#world.now() });
    // Another tab may have a draft of its own there.
    if (this.visitor.draft.trim() === message.trim()) this.visitor.draft = "";
    this.#ephemera.compose(false);
    this.#kick();
  }

  retry(clientId: string): void {
    this.#outbox.retry(clientId, this.#world.now());
    this.#kick();
  }

  discard(clientId: string): void {
    this.#outbox.drop(clientId);
    this.#sender.cancel(clientId);
    this.#options.changed();
  }

  /** Keeps what is typed into the form. */
  saveForm(form: FormDraft): void {
    this.#details = null;
    this.#typed = form.message ?? "";
    this.visitor.form = form;
  }

  compose(writing: boolean): void {
    this.#ephemera.compose(writing);
  }

  look(looking: boolean): void {
    this.#link.hidden = !looking;
    this.#reading.look(looking);
  }

  /** The page is awake, shown or online again. */
  wake(): void {
    if (this.#refused) return;
    if (this.visitor.talking && this.#link.state === "idle") this.#connect();
    this.#link.wake();
    this.#sender.kick();
  }

  /** Another tab changed the storage: it may have begun this conversation. */
  stored(): void {
    for (const { client_id } of this.#outbox.release()) this.#sender.cancel(client_id);
    // The other tab sends what stands in both forms.
    if (this.visitor.beginning?.message.includes(this.#typed)) this.#typed = "";
    if (this.visitor.talking && this.#link.state === "idle") this.wake();
  }

  /** What another tab did has come to rest: it may have wiped this conversation. */
  settled(): void {
    if (!this.visitor.talking && this.#link.state !== "idle") this.#lost("gone");
  }

  #makeLink(): Link {
    return new Link(this.#world, {
      open: () => this.#openSocket(),
      hello: () => ({
        type: "hello",
        site_key: this.#options.siteKey,
        visitor_token: this.visitor.token,
        after: this.#timeline.cursor,
      }),
      frame: (frame) => this.#receive(frame),
      ask: () => this.#ask(),
      changed: () => this.#linkChanged(),
      lost: (why) => this.#lost(why),
    });
  }

  #openSocket() {
    this.#tabs ??= new Tabs(this.#world, `${this.#options.siteKey}:${tabsName(this.visitor.token)}`, {
      welcome: () => this.#welcome(),
      messages: () => this.#timeline.messages,
      streaming: () => this.#ephemera.streaming.map((answer) => ({ type: "delta", ...answer })),
      send: (frame) => this.#link.send(frame),
      refresh: () => this.#link.refresh(),
      wake: () => this.#link.wake(),
      leads: () => this.#lead(),
    });
    return this.#tabs.openSocket(this.#options.api.socketAddress());
  }

  #makeSender(): Sender {
    return new Sender(this.#world, this.#outbox, {
      send: (frame) => this.#link.send(frame),
      post: (draft, following) => this.#options.api.post(this.visitor.token, draft, following),
      posted: () => {
        this.#link.refresh();
        this.#tabs?.posted();
      },
      changed: () => this.#options.changed(),
      lost: (why) => this.#lost(why),
    });
  }

  #makeStarter(): Starter {
    return new Starter(this.#world, this.visitor, {
      start: (request) => this.#options.api.start(request),
      began: (request) => this.#began(request),
      joined: (request) => this.#join(request),
      declined: (error) => {
        this.#problem = error;
        this.#options.changed();
      },
      refused: () => this.#lost("refused"),
      changed: () => this.#options.changed(),
    });
  }

  /** What is on its way: the first message as long as it begins the conversation, then the outbox. */
  #outgoing(): readonly Outgoing[] {
    const beginning = this.#starter.outgoing;
    return beginning ? [beginning] : this.#outbox.entries.filter((entry) => !this.#timeline.has(entry.client_id));
  }

  /** The first message is stored; it stays in view until the conversation is read. */
  #began({ client_id, message }: StartRequest): void {
    this.#first = client_id;
    this.#outbox.add({ client_id, message, files: [], now: this.#world.now() });
    this.#outbox.acknowledge(client_id);
    this.#options.began();
    this.#connect();
  }

  /** Another tab began the conversation already: the message goes there. */
  #join({ client_id, message }: StartRequest): void {
    this.#outbox.add({ client_id, message, files: [], now: this.#world.now() });
    this.#connect();
  }

  #connect(): void {
    // Another tab began while this one's form was being filled in.
    this.visitor.draft = together(this.visitor.draft, this.#typed);
    this.#typed = "";
    this.#link.start();
    this.#sender.start();
    this.#options.changed();
  }

  #kick(): void {
    this.#sender.kick();
    this.#options.changed();
  }

  #linkChanged(): void {
    const state = this.#link.state;
    if (state !== this.#linkWas) {
      this.#linkWas = state;
      if (state !== "live") this.#ephemera.clear();
      this.#tabs?.turned();
      this.#sender.reconnected();
    }
    this.#options.changed();
  }

  /** What a tab that hears through this one is told first. */
  #welcome(): ServerFrame | null {
    if (this.#link.state !== "live" && this.#link.state !== "polling") return null;
    return this.standing.welcome(this.#timeline.cursor);
  }

  /** This tab speaks for all: also for one that did not live to send what it kept. */
  #lead(): void {
    this.#outbox.adopt(this.#world.now());
    this.#kick();
  }

  #receive(frame: ServerFrame): void {
    this.#ephemera.receive(frame);
    this.standing.receive(frame, this.visitor.unrated);
    if (frame.type === "welcome") this.#welcomed();
    if (frame.type === "message") this.#take(frame.message);
    if (frame.type === "ack") this.#sender.acknowledged(frame.client_id);
    if (frame.type === "error" && frame.client_id) this.#sender.refusedOnSocket(frame.client_id);
    if (frame.type === "conversation") this.#noteSoon();
    if (!own.test(frame.type)) this.#tabs?.share(frame);
    this.#options.changed();
  }

  #welcomed(): void {
    this.#linkChanged();
    if (this.visitor.read > 0) this.#link.send({ type: "read", seq: this.visitor.read });
  }

  /** Takes a stored message into the timeline; false if something before it is missing. */
  #take(message: Message): boolean {
    const fate = this.#timeline.apply(message);
    if (fate === "gap") {
      this.#link.resync();
      return false;
    }
    if (fate === "new") this.#settle(message);
    return true;
  }

  #settle(message: Message): void {
    const { direction, client_id, seq } = message;
    this.#tabs?.share({ type: "message", message });
    if (direction === "inbound" && client_id) {
      this.#sender.acknowledged(client_id);
      this.#outbox.drop(client_id);
    }
    if (seq === 1) this.#outbox.drop(this.#first);
    this.#reading.note();
    this.#noteSoon();
  }

  async #ask(): Promise<{ ok: true } | Refusal> {
    const { token } = this.visitor;
    const answer = await this.#options.api.messages(token, this.#timeline.cursor);
    // Over, or begun anew: what was asked was about another conversation.
    if (this.#link.state === "idle" || this.visitor.token !== token) return { ok: true };
    if (!answer.ok) {
      if (answer.status === 404) this.#lost("gone");
      if (answer.status === 401 || answer.status === 403) this.#lost("refused");
      return answer;
    }
    // A hole cannot come from here: the answer holds all that is after the newest message.
    for (const message of answer.value) if (!this.#take(message)) break;
    this.#options.changed();
    return { ok: true };
  }

  #tellRead(seq: number): void {
    if (!this.#link.send({ type: "read", seq })) void this.#options.api.read(this.visitor.token, seq);
    this.#noteSoon();
  }

  #noteSoon(): void {
    this.#world.clearTimeout(this.#noting);
    this.#noting = this.#world.setTimeout(() => this.#note(), calm);
  }

  /** Keeps what a list shows of it while it is not open. */
  #note(): void {
    if (this.visitor.talking) this.#options.keep.write("summary", this.summary);
  }

  #lost(why: "refused" | "gone"): void {
    this.#link.stop();
    this.#sender.stop();
    this.#tabs?.end(closeCodes[why]);
    if (why === "refused") this.#refused = true;
    else this.#beginAnew();
    this.#options.changed();
  }

  /** The conversation is gone. What was not delivered goes back into the form, not into the void. */
  #beginAnew(): void {
    const unsent = this.#outbox.entries.filter((entry) => entry.delivery !== "sent");
    const message = this.visitor.giveBack(unsent.map((entry) => entry.message));
    this.#details = { name: "", email: "", ...this.#details, message };
    this.#reading.stop();
    this.#tabs?.close();
    this.#tabs = null;
    this.#world.clearTimeout(this.#noting);
    this.visitor.forget();
    this.#outbox.clear();
    this.#timeline.clear();
    this.standing = new Standing();
  }
}
