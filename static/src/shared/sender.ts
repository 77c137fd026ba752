import { type Answer, type Draft, type Following, type Refusal, unnamedWait } from "./api.js";
import { fullJitter } from "./backoff.js";
import type { Outbox, Outgoing } from "./outbox.js";
import type { ClientFrame, Receipt } from "./wire.js";
import type { Timer, World } from "./world.js";

/** What a sender needs and tells. */
export interface SenderEvents {
  /** Sends over the socket; false where there is none. */
  send(frame: ClientFrame): boolean;
  post(draft: Draft, following: Following): Promise<Answer<Receipt>>;
  /** A message was stored by HTTP: whoever polls should ask at once. */
  posted(): void;
  changed(): void;
  /** The server knows neither key nor conversation any more. */
  lost(why: "refused" | "gone"): void;
}

/** How long an acknowledgement over the socket may take before HTTP is asked instead. */
const ackPatience = 8_000;

/** One attempt to bring one message to the server. A later attempt makes an earlier one void. */
interface Flight {
  entry: Outgoing;
  overSocket: boolean;
  /** Ends an attempt by HTTP. */
  abort: AbortController;
}

/**
 * Empties the outbox, one message at a time, so that their order survives every retry. An attempt
 * that stays without acknowledgement is repeated with the same `client_id` over whichever transport
 * is there: the server stores a `client_id` once.
 */
export class Sender {
  readonly #world: World;
  readonly #outbox: Outbox;
  readonly #events: SenderEvents;
  #running = false;
  #flight: Flight | null = null;
  #timer: Timer = null;
  #failures = 0;
  /** Until then the server asked for silence. */
  #notBefore = 0;
  /** Set when the socket gave no acknowledgement or an error: HTTP tells exactly what is wrong. */
  #distrusted = "";

  constructor(world: World, outbox: Outbox, events: SenderEvents) {
    this.#world = world;
    this.#outbox = outbox;
    this.#events = events;
  }

  start(): void {
    this.#running = true;
    this.kick();
  }

  /** Sends the next message, if there is one and nothing is under way. */
  kick(): void {
    if (this.#flight || !this.#running) return;
    this.#world.clearTimeout(this.#timer);
    const entry = this.#outbox.next();
    if (!entry) return;
    const wait = Math.max(entry.retryAt ?? 0, this.#notBefore) - this.#world.now();
    if (wait > 0) this.#later(wait);
    else this.#launch(entry);
  }

  /** A socket was welcomed or lost: what was under way on the old one may never be answered. */
  reconnected(): void {
    if (this.#flight?.overSocket) this.#ground(this.#flight);
    this.#failures = 0;
    this.kick();
  }

  /** The message is stored, as an acknowledgement or the message itself shows. */
  acknowledged(clientId: string): void {
    this.#outbox.acknowledge(clientId);
    this.#failures = 0;
    if (this.#flight?.entry.client_id === clientId) this.#flight = null;
    this.kick();
  }

  /** The server refused a message on the socket; HTTP will say how, and when to try again. */
  refusedOnSocket(clientId: string): void {
    if (this.#flight?.entry.client_id === clientId) this.#distrust(clientId);
  }

  /** Its writer gave a message up: what is under way of it is called back. */
  cancel(clientId: string): void {
    if (this.#flight?.entry.client_id !== clientId) return;
    this.#flight.abort.abort();
    this.#flight = null;
    this.kick();
  }

  stop(): void {
    this.#running = false;
    if (this.#flight) this.#ground(this.#flight);
    this.#world.clearTimeout(this.#timer);
  }

  /** Gives an attempt up: the message waits for the next one. */
  #ground({ entry }: Flight): void {
    this.#flight = null;
    if (entry.delivery === "sending") entry.delivery = "queued";
  }

  #launch(entry: Outgoing): void {
    entry.delivery = "sending";
    delete entry.retryAt;
    delete entry.progress;
    delete entry.stalled;
    const { client_id, message, files } = entry;
    const socketFits = files.length === 0 && this.#distrusted !== client_id;
    const overSocket = socketFits && this.#events.send({ type: "send", client_id, message });
    const flight: Flight = { entry, overSocket, abort: new AbortController() };
    this.#flight = flight;
    if (overSocket) {
      this.#timer = this.#world.setTimeout(() => this.#distrust(client_id), ackPatience);
    } else {
      void this.#post(flight);
    }
    this.#events.changed();
  }

  #distrust(clientId: string): void {
    this.#distrusted = clientId;
    if (this.#flight) this.#ground(this.#flight);
    this.kick();
  }

  async #post(flight: Flight): Promise<void> {
    const { entry, abort } = flight;
    const answer = await this.#events.post(entry, { signal: abort.signal, sent: (share) => this.#sent(flight, share) });
    if (answer.ok) {
      this.acknowledged(entry.client_id);
      this.#events.posted();
    } else if (this.#flight === flight) {
      this.#flight = null;
      this.#refused(entry, answer);
    }
    this.#events.changed();
  }

  /** A hundred figures are enough. */
  #sent(flight: Flight, share: number): void {
    const { entry } = flight;
    const progress = Math.floor(share * 100) / 100;
    if (this.#flight !== flight || progress === entry.progress) return;
    entry.progress = progress;
    this.#events.changed();
  }

  #refused(entry: Outgoing, { status, error, wait }: Refusal): void {
    if (status === 401 || status === 403) return this.#events.lost("refused");
    if (status === 404) return this.#events.lost("gone");
    if (status === 429) {
      const pause = wait || unnamedWait;
      Object.assign(entry, { delivery: "limited", retryAt: this.#world.now() + pause });
      return this.#later(pause);
    }
    if (status >= 400 && status < 500 && status !== 408) {
      Object.assign(entry, { delivery: "failed", error });
      return this.kick();
    }
    entry.delivery = "queued";
    entry.stalled = entry.files.length > 0;
    this.#notBefore = this.#world.now() + wait;
    this.#later(Math.max(wait, fullJitter(this.#failures++, this.#world.random)));
  }

  #later(ms: number): void {
    this.#world.clearTimeout(this.#timer);
    this.#timer = this.#world.setTimeout(() => this.kick(), ms);
  }
}
