import { vi } from "vitest";

/** The server's end of the team's socket. */
export class FakeSockets {
  readonly opened: FakeSocket[] = [];
  /** What the last hello answered with. */
  pos = 10;

  /** Takes the place of the browser's `WebSocket`. */
  install(): this {
    const sockets = this.opened;
    class Socket extends FakeSocket {
      constructor(url: string) {
        super(url);
        sockets.push(this);
      }
    }
    vi.stubGlobal("WebSocket", Socket);
    return this;
  }

  /** The newest socket. */
  get last(): FakeSocket {
    const socket = this.opened.at(-1);
    if (!socket) throw new Error("no socket was opened");
    return socket;
  }

  /** Opens the newest socket and answers its hello. */
  welcome(pos = this.pos): FakeSocket {
    const { last } = this;
    last.open();
    last.receive({ type: "welcome", pos, heartbeat: 25 });
    return last;
  }
}

/** One socket, driven by the test. */
export class FakeSocket extends EventTarget {
  static readonly OPEN = 1;
  readyState = 0;
  readonly sent: Record<string, unknown>[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  onerror: (() => void) | null = null;

  constructor(readonly url: string) {
    super();
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }

  close(): void {
    this.readyState = 3;
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  /** A frame comes from the server. */
  receive(frame: Record<string, unknown>): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  /** The line breaks, or the server closes. */
  end(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}
