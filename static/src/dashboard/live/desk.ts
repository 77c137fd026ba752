import type { QueryClient } from "@tanstack/react-query";
import { keys } from "../api/keys.js";
import { applyEvent, patchConversation } from "./apply.js";
import type { Colleague, EventFrame, Frame, Viewing } from "./frames.js";
import { Link, type LinkState } from "./link.js";
import { Store } from "./store.js";

/** Somebody who looks at a conversation, or writes in it. */
export interface Viewer {
  id: string;
  name: string;
  writing: boolean;
  at: number;
}

/** An answer of the assistant in the making. */
export interface Bubble {
  id: string;
  author: string;
  text: string;
}

/** At most one reading of lists in so many milliseconds, however much happens. */
const listPause = 1_000;
const countPause = 2_500;
const typingSpan = 6_000;
const viewingPause = 20_000;

/** Everything live about the desk: the line, who is there, who types, what the assistant is saying. */
export class LiveDesk {
  readonly state = new Store<LinkState>("connecting");
  readonly team = new Store<readonly Colleague[]>([]);
  readonly typing = new Store<ReadonlyMap<string, string>>(new Map());
  readonly bubbles = new Store<ReadonlyMap<string, readonly Bubble[]>>(new Map());
  readonly viewers = new Store<ReadonlyMap<string, readonly Viewer[]>>(new Map());
  /** Told of each event as it comes: notices and sounds. */
  onEvent: (event: EventFrame) => void = () => undefined;
  /** Whether the line has stood before. */
  #welcomed = false;
  readonly #queries: QueryClient;
  readonly #me: string;
  readonly #link: Link;
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #last = new Map<string, number>();
  #watched: string | null = null;
  #beat: ReturnType<typeof setInterval> | undefined;

  constructor(queries: QueryClient, me: string, sandbox: boolean, refused: () => void) {
    this.#queries = queries;
    this.#me = me;
    const address = `${location.origin.replace(/^http/, "ws")}/v2/ws${sandbox ? "?sandbox=1" : ""}`;
    this.#link = new Link(address, {
      state: (state) => this.#stands(state),
      event: (event) => this.#event(event),
      frame: (frame) => this.#frame(frame),
      resync: () => void this.#queries.invalidateQueries(),
      refused,
    });
  }

  open(): void {
    this.#link.open();
    document.addEventListener("visibilitychange", this.#announce);
    this.#beat = setInterval(() => this.#announce(), viewingPause);
  }

  close(): void {
    this.#link.close();
    document.removeEventListener("visibilitychange", this.#announce);
    clearInterval(this.#beat);
    for (const timer of this.#timers.values()) clearTimeout(timer);
    // What was to be read is not any more; it must not keep what happens after the next opening from it.
    this.#timers.clear();
  }

  /** Tells the contact, and the team, that somebody writes or has stopped. */
  types(id: string, active: boolean): void {
    this.#link.send({ type: "typing", conversation_id: id, active });
  }

  /** Tells the team which conversation is open here. */
  watches(id: string | null): void {
    const before = this.#watched;
    if (before === id) return;
    if (before) this.#link.send({ type: "presence", conversation_id: before, viewing: false });
    this.#watched = id;
    this.#announce();
  }

  /** Who has the page out of sight looks at nothing. */
  readonly #announce = (): void => {
    if (this.#watched) this.#link.send({ type: "presence", conversation_id: this.#watched, viewing: !document.hidden });
  };

  #stands(state: LinkState): void {
    this.state.set(state);
    if (state !== "live") {
      // What is being said goes on without us, and is told anew: half an answer would stand there for good.
      this.bubbles.set(new Map());
      this.typing.set(new Map());
      return;
    }
    this.#announce();
    // What was read before the line stood for the first time may have changed in between. After a lost
    // line events tell of what happened, but not of rows that have no events (the team, labels).
    const eventful = (key: readonly unknown[]): boolean => ["conversation", "messages", "conversations"].includes(String(key[0]));
    const welcomed = this.#welcomed;
    this.#welcomed = true;
    void this.#queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "me" && eventful(queryKey) === !welcomed });
  }

  #event(event: EventFrame): void {
    const { lists, contacts } = applyEvent(this.#queries, event);
    const id = event.data.conversation_id;
    if (id && event.data.sent_by) this.#quiet(id, event.data.sent_by === "assistant");
    if (lists) {
      this.#soon("lists", listPause, () => void this.#queries.invalidateQueries({ queryKey: [...keys.conversations, "list"] }));
      this.#soon("counts", countPause, () => void this.#queries.invalidateQueries({ queryKey: keys.conversationCounts }));
    }
    if (contacts) this.#soon("contacts", listPause, () => void this.#queries.invalidateQueries({ queryKey: keys.contacts }));
    this.onEvent(event);
  }

  /** Does something now if it was not done lately, else at the end of the pause: once for all that happened. */
  #soon(name: string, pause: number, act: () => void): void {
    if (this.#timers.has(name)) return;
    const rest = Math.max(0, (this.#last.get(name) ?? 0) + pause - Date.now());
    this.#timers.set(
      name,
      setTimeout(() => {
        this.#timers.delete(name);
        this.#last.set(name, Date.now());
        act();
      }, rest),
    );
  }

  #frame(frame: Frame): void {
    if (frame.type === "presence" && "viewing" in frame) this.#viewing(frame);
    else if (frame.type === "presence") this.team.set(frame.agents);
    else if (frame.type === "typing") this.#typing(frame.conversation_id, frame.author, frame.active);
    else if (frame.type === "delta") this.#delta(frame);
    else if (frame.type === "page") patchConversation(this.#queries, frame.conversation_id, (c) => ({ ...c, page: { url: frame.url, title: frame.title } }));
  }

  #typing(id: string, author: string, active: boolean): void {
    this.typing.set(changed(this.typing.get(), id, active ? author : undefined));
    this.#expire(`typing ${id}`, active ? typingSpan : null, () => this.typing.set(changed(this.typing.get(), id, undefined)));
  }

  /** A message has come: whoever typed has stopped, and the assistant's bubble becomes its message. */
  #quiet(id: string, assistant: boolean): void {
    this.typing.set(changed(this.typing.get(), id, undefined));
    if (assistant) this.bubbles.set(changed(this.bubbles.get(), id, undefined));
  }

  #delta({ id, conversation_id: of, author, text, end }: Extract<Frame, { type: "delta" }>): void {
    const all = this.bubbles.get().get(of) ?? [];
    const known = all.find((bubble) => bubble.id === id);
    const others = all.filter((bubble) => bubble.id !== id);
    const next = end ? others : [...others, { id, author, text: (known?.text ?? "") + text }];
    this.bubbles.set(changed(this.bubbles.get(), of, next.length ? next : undefined));
  }

  #viewing({ conversation_id: of, agent, viewing, typing, expires_in }: Viewing): void {
    if (agent.id === this.#me) return;
    const others = (this.viewers.get().get(of) ?? []).filter(({ id }) => id !== agent.id);
    const next = viewing ? [...others, { ...agent, writing: typing, at: Date.now() }] : others;
    this.viewers.set(changed(this.viewers.get(), of, next.length ? next : undefined));
    this.#expire(`viewing ${of} ${agent.id}`, viewing && expires_in ? expires_in * 1000 : null, () => this.#viewing({ type: "presence", conversation_id: of, agent, viewing: false, typing: false }));
  }

  #expire(name: string, span: number | null, act: () => void): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
    if (span === null) return;
    this.#timers.set(
      name,
      setTimeout(() => {
        this.#timers.delete(name);
        act();
      }, span),
    );
  }
}

function changed<T>(map: ReadonlyMap<string, T>, key: string, value: T | undefined): ReadonlyMap<string, T> {
  if (value === undefined && !map.has(key)) return map;
  const next = new Map(map);
  if (value === undefined) next.delete(key);
  else next.set(key, value);
  return next;
}
