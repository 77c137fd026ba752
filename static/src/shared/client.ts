import { Api, type Refusal } from "./api.js";
import { Ephemera, type Streaming } from "./ephemera.js";
import { Keep } from "./keep.js";
import { Link, type LinkState } from "./link.js";
import { Outbox, type Outgoing } from "./outbox.js";
import { Reading } from "./reading.js";
import { Sender } from "./sender.js";
import { Starter } from "./starter.js";
import { Timeline } from "./timeline.js";
import { newClientId } from "./token.js";
import { Visitor } from "./visitor.js";
import type { Message, Page, ServerFrame, StartRequest, Status } from "./wire.js";
import type { World } from "./world.js";

/** Where the visitor stands: nothing said yet, a first message on its way, talking, or turned away. */
export type Phase = "fresh" | "starting" | "talking" | "refused";

/** All that a view may show, as it is now. */
export interface Snapshot {
  phase: Phase;
  link: LinkState;
  messages: readonly Message[];
  outgoing: readonly Outgoing[];
  typing: string | null;
  streaming: readonly Streaming[];
  status: Status;
  /** A rating is asked for. */
  survey: boolean;
  /** The team has read the visitor's messages up to this one. */
  agentRead: number;
  /** The number of messages of the team that the visitor has not seen. */
  unread: number;
  /** Whether somebody is there; null until it is known. */
  online: boolean | null;
  autoReply: string | null;
  /** The server's sentence about what was typed into the form. */
  problem: string;
  /** What was typed into the form, to be shown again. */
  details: Pick<StartRequest, "name" | "email" | "message"> | null;
}

/** What a client is made of. `origin` is the server's, `siteKey` the public key of the site. */
export interface ClientOptions {
  world: World;
  origin: string;
  siteKey: string;
}

/** A visitor's conversation: one per frame. It owns token, outbox, connection and order. */
export class Client {
  readonly api: Api;
  readonly #world: World;
  readonly #siteKey: string;
  readonly #visitor: Visitor;
  readonly #outbox: Outbox;
  readonly #timeline = new Timeline();
  readonly #link: Link;
  readonly #sender: Sender;
  readonly #starter: Starter;
  readonly #ephemera: Ephemera;
  readonly #reading: Reading;
  readonly #listeners = new Set<() => void>();
  #refused = false;
  #status: Status = "open";
  #survey = false;
  #agentRead = 0;
  #online: boolean | null = null;
  #problem = "";
  #details: Snapshot["details"] = null;
  #linkWas: LinkState = "idle";
  /** The message that began the conversation, until it is read back. */
  #first = "";

  constructor({ world, origin, siteKey }: ClientOptions) {
    this.#world = world;
    this.#siteKey = siteKey;
    this.api = new Api(world, origin, siteKey);
    const keep = new Keep(() => world.storage(), `parley:${siteKey}:`);
    this.#visitor = new Visitor(keep, (count) => world.bytes(count));
    this.#outbox = new Outbox(keep, world.now());
    this.#link = this.#makeLink();
    this.#sender = this.#makeSender();
    this.#starter = this.#makeStarter();
    this.#reading = new Reading(world, this.#visitor, this.#timeline, (seq) => this.#tellRead(seq));
    this.#ephemera = new Ephemera(
      world,
      () => this.#changed(),
      (active) => this.#link.send({ type: "typing", active }),
    );
  }

  /** Goes on with a conversation that was begun elsewhere. To be called before `open`. */
  adopt(token: string): void {
    this.#visitor.adopt(token);
  }

  /** Goes on where the last visit ended, if there was one. */
  open(): void {
    if (this.#visitor.talking) this.#connect();
    else this.#starter.resume();
  }

  /** Ends all activity; what is unsent stays in the storage. */
  stop(): void {
    this.#link.stop();
    this.#sender.stop();
    this.#starter.stop();
    this.#ephemera.stop();
    this.#reading.stop();
    this.#listeners.clear();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  snapshot(): Snapshot {
    return {
      phase: this.#phase(),
      link: this.#link.state,
      messages: [...this.#timeline.messages],
      outgoing: this.#outgoing(),
      typing: this.#ephemera.typing,
      streaming: this.#ephemera.streaming,
      status: this.#status,
      survey: this.#survey,
      agentRead: this.#agentRead,
      unread: this.#reading.unread,
      online: this.#online,
      autoReply: this.#visitor.autoReply,
      problem: this.#problem,
      details: this.#details,
    };
  }

  /** Begins a conversation. */
  start(details: { name: string; email: string; message: string; page?: Page; locale?: string }): void {
    this.#problem = "";
    this.#details = { name: details.name, email: details.email, message: details.message };
    const client_id = newClientId((count) => this.#world.bytes(count));
    const request = { ...details, client_id, visitor_token: this.#visitor.token };
    if (this.#visitor.talking) this.#join(request);
    else this.#starter.begin(request);
  }

  /** Sends a message: kept, shown at once, and repeated until the server has it. */
  send(message: string, files: File[] = []): void {
    const client_id = newClientId((count) => this.#world.bytes(count));
    this.#outbox.add({ client_id, message, files, now: this.#world.now() });
    this.#ephemera.compose(false);
    this.#sender.kick();
    this.#changed();
  }

  retry(clientId: string): void {
    this.#outbox.retry(clientId, this.#world.now());
    this.#sender.kick();
    this.#changed();
  }

  discard(clientId: string): void {
    this.#outbox.drop(clientId);
    this.#changed();
  }

  /** The visitor writes, or stopped to. */
  compose(writing: boolean): void {
    this.#ephemera.compose(writing);
  }

  /** Whether the visitor has the conversation before their eyes; only then messages count as read. */
  look(looking: boolean): void {
    this.#link.hidden = !looking;
    this.#reading.look(looking);
    this.#changed();
  }

  /** The page is awake, shown or online again, or another tab wrote to the storage. */
  wake(): void {
    if (this.#refused) return;
    if (this.#visitor.talking && this.#link.state === "idle") this.#connect();
    this.#link.wake();
    this.#sender.kick();
  }

  /** Rates the conversation. Resolves to whether the rating is stored, now or from before. */
  async rate(score: number, comment: string): Promise<boolean> {
    const answer = await this.api.rate(this.#visitor.token, score, comment);
    const stored = answer.ok || answer.status === 409;
    if (stored) this.#survey = false;
    this.#changed();
    return stored;
  }

  /** The visitor does not want to rate. */
  dismissSurvey(): void {
    this.#survey = false;
    this.#changed();
  }

  fileAddress(url: string, disposition: "inline" | "attachment"): string {
    return this.api.fileAddress(this.#visitor.token, url, disposition);
  }

  #makeLink(): Link {
    return new Link(this.#world, {
      address: this.api.socketAddress(),
      hello: () => ({
        type: "hello",
        site_key: this.#siteKey,
        visitor_token: this.#visitor.token,
        after: this.#timeline.cursor,
      }),
      frame: (frame) => this.#receive(frame),
      ask: () => this.#ask(),
      changed: () => this.#linkChanged(),
      lost: (why) => this.#lost(why),
    });
  }

  #makeSender(): Sender {
    return new Sender(this.#world, this.#outbox, {
      send: (frame) => this.#link.send(frame),
      post: (draft) => this.api.post(this.#visitor.token, draft),
      posted: () => this.#link.refresh(),
      changed: () => this.#changed(),
      lost: (why) => this.#lost(why),
    });
  }

  #makeStarter(): Starter {
    return new Starter(this.#world, this.#visitor, {
      start: (request) => this.api.start(request),
      began: (request) => this.#began(request),
      joined: (request) => this.#join(request),
      declined: (error) => {
        this.#problem = error;
        this.#changed();
      },
      refused: () => this.#lost("refused"),
      changed: () => this.#changed(),
    });
  }

  #phase(): Phase {
    if (this.#refused) return "refused";
    if (this.#starter.pending) return "starting";
    return this.#visitor.talking ? "talking" : "fresh";
  }

  /** What is on its way: the first message as long as it begins the conversation, then the outbox. */
  #outgoing(): readonly Outgoing[] {
    const beginning = this.#starter.pending;
    if (!beginning) return this.#outbox.entries.filter((entry) => !this.#timeline.has(entry.client_id));
    const { retryAt } = this.#starter;
    const { client_id, message } = beginning;
    const entry: Outgoing = { client_id, message, created: this.#world.now(), files: [], filenames: [], delivery: "sending" };
    return [retryAt === null ? entry : { ...entry, delivery: "limited", retryAt }];
  }

  /** The first message is stored; it stays in view until the conversation is read. */
  #began({ client_id, message }: StartRequest): void {
    this.#first = client_id;
    this.#outbox.add({ client_id, message, files: [], now: this.#world.now() });
    this.#outbox.acknowledge(client_id);
    this.#connect();
  }

  /** Another tab began the conversation already: the message goes there. */
  #join({ client_id, message }: StartRequest): void {
    this.#outbox.add({ client_id, message, files: [], now: this.#world.now() });
    this.#connect();
  }

  #connect(): void {
    this.#link.start();
    this.#sender.start();
    this.#changed();
  }

  #linkChanged(): void {
    const state = this.#link.state;
    if (state !== this.#linkWas) {
      this.#linkWas = state;
      if (state !== "live") this.#ephemera.clear();
      this.#sender.reconnected();
    }
    this.#changed();
  }

  #receive(frame: ServerFrame): void {
    this.#ephemera.receive(frame);
    if (frame.type === "welcome") this.#welcomed(frame.status ?? "open", frame.survey ?? false);
    else if (frame.type === "message") this.#take(frame.message);
    else if (frame.type === "ack") this.#sender.acknowledged(frame.client_id);
    else if (frame.type === "error" && frame.client_id) this.#sender.refusedOnSocket(frame.client_id);
    else if (frame.type === "read") this.#agentRead = Math.max(this.#agentRead, frame.seq);
    else if (frame.type === "presence") this.#online = frame.online;
    else if (frame.type === "conversation") this.#turn(frame.status, frame.survey ?? false);
    this.#changed();
  }

  #welcomed(status: Status, survey: boolean): void {
    this.#status = status;
    this.#survey ||= survey;
    this.#linkChanged();
    if (this.#visitor.read > 0) this.#link.send({ type: "read", seq: this.#visitor.read });
  }

  #turn(status: Status, survey: boolean): void {
    this.#status = status;
    this.#survey = status !== "open" && (survey || this.#survey);
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

  #settle({ direction, client_id, seq }: Message): void {
    if (direction === "inbound" && client_id) {
      this.#sender.acknowledged(client_id);
      this.#outbox.drop(client_id);
    }
    if (seq === 1) this.#outbox.drop(this.#first);
    this.#reading.note();
  }

  async #ask(): Promise<{ ok: true } | Refusal> {
    const answer = await this.api.messages(this.#visitor.token, this.#timeline.since);
    if (this.#link.state === "idle") return { ok: true };
    if (!answer.ok) {
      if (answer.status === 404) this.#lost("gone");
      if (answer.status === 401 || answer.status === 403) this.#lost("refused");
      return answer;
    }
    // A hole cannot come from here: the answer holds all that is later than the newest message.
    for (const message of answer.value) if (!this.#take(message)) break;
    this.#changed();
    return { ok: true };
  }

  #tellRead(seq: number): void {
    if (!this.#link.send({ type: "read", seq })) void this.api.read(this.#visitor.token, seq);
  }

  #lost(why: "refused" | "gone"): void {
    this.#link.stop();
    this.#sender.stop();
    if (why === "refused") this.#refused = true;
    else this.#beginAnew();
    this.#changed();
  }

  /** The conversation is gone. What was not delivered goes back into the form, not into the void. */
  #beginAnew(): void {
    const unsent = this.#outbox.entries.filter((entry) => entry.delivery !== "sent");
    const message = unsent.map((entry) => entry.message).join("\n");
    this.#details = { name: "", email: "", ...this.#details, message };
    this.#visitor.forget();
    this.#outbox.clear();
    this.#timeline.clear();
    this.#status = "open";
    this.#survey = false;
    this.#agentRead = 0;
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
