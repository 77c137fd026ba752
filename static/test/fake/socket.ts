import type { ClientFrame, ServerFrame } from "../../src/shared/wire.js";
import type { SocketLike } from "../../src/shared/world.js";
import type { FakeConversation } from "./conversation.js";
import type { FakeServer } from "./server.js";

/** Both ends of a socket to the fake server. What is sent arrives in order, after a delay. */
export class FakeSocket implements SocketLike {
  onopen: SocketLike["onopen"] = null;
  onmessage: SocketLike["onmessage"] = null;
  onclose: SocketLike["onclose"] = null;
  onerror: SocketLike["onerror"] = null;
  conversation: FakeConversation | null = null;
  /** The last message before which none was kept from this socket. */
  cursor = 0;
  readonly #server: FakeServer;
  #over = false;
  #broken = false;
  /** The moment at which the last frame on its way arrives, each way. */
  #arrival = { up: 0, down: 0 };

  constructor(server: FakeServer) {
    this.#server = server;
  }

  open(): void {
    if (this.#over) return;
    this.#server.sockets.push(this);
    this.onopen?.();
  }

  /** What was handed to the network before the browser closed still arrives, unless the line broke. */
  send(text: string): void {
    this.#travel("up", () => this.#broken || this.#server.receive(this, JSON.parse(text) as ClientFrame));
  }

  deliver(frame: ServerFrame): void {
    if (this.#server.faults.mute) return;
    const copies = this.#server.faults.copies(frame);
    if (copies > 0 && frame.type === "message" && frame.message.seq === this.cursor + 1) this.cursor++;
    for (let i = 0; i < copies; i++) {
      this.#travel("down", () => this.#over || this.onmessage?.({ data: JSON.stringify(frame) }));
    }
  }

  /** The browser closes: the server forgets the socket. */
  close(): void {
    this.#leave();
  }

  /** The server or the network closes. */
  end(code: number): void {
    if (this.#over) return;
    this.#broken = true;
    this.#leave();
    this.onclose?.({ code });
  }

  #leave(): void {
    this.#over = true;
    const { sockets } = this.#server;
    if (sockets.includes(this)) sockets.splice(sockets.indexOf(this), 1);
  }

  #travel(way: "up" | "down", arrive: () => unknown): void {
    const { clock, faults } = this.#server;
    this.#arrival[way] = Math.max(this.#arrival[way], clock.now() + faults.delay());
    clock.setTimeout(arrive, this.#arrival[way] - clock.now());
  }
}
