import { handover, type ToFrame, type ToHost, type Wish } from "../shared/bridge.js";
import type { Person } from "../shared/identity.js";
import type { Page } from "../shared/wire.js";
import { browserTabs } from "../shared/browser.js";
import type { StorageLike, TabsPort } from "../shared/world.js";
import { popoutMark } from "./host.js";
import { wire } from "./hosted.js";

/** What a window of its own is told first. */
export interface PopoutOptions {
  page: Page;
  /** Who the customer's page says is there. */
  person: Person | null;
  wish: Wish;
  /** Where the conversation is kept: the window shares it with the frame that opened it. */
  storage: () => StorageLike;
  prefix: string;
  /** The way to the other tabs of a conversation, on behalf of the window. */
  tabs?: (name: string) => TabsPort | null;
}

const size = "popup,width=400,height=680";

/**
 * Opens the chat in a window of its own, which keeps what it keeps in the storage of this frame: browsers
 * would give it another one. False where the browser blocks the window.
 */
export function popOut({ page, person, wish, storage, prefix, tabs = tabsHere }: PopoutOptions, frame: Window = window): boolean {
  const { pathname, search, origin } = frame.location;
  const popup = frame.open(pathname + search + popoutMark, "_blank", size);
  if (!popup) return false;
  let leave = () => {};
  frame.addEventListener("message", (event) => {
    if (event.source !== popup || event.origin !== origin || event.data !== popoutMark) return;
    leave();
    const { port1, port2 } = new MessageChannel();
    const bridge = new TabBridge(prefix + wire, tabs, (message) => port1.postMessage(message), () => popup.closed);
    leave = () => bridge.close();
    port1.onmessage = ({ data }: MessageEvent<ToHost>) => {
      if (bridge.take(data)) return;
      if (data.type === "store" && data.key.startsWith(prefix)) keep(storage, data.key, data.value);
      if (data.type === "close") popup.close();
    };
    port1.postMessage({ type: "hello", page, person, wish, open: true, stored: readAll(storage, prefix) } satisfies ToFrame);
    popup.postMessage(handover, origin, [port2]);
  });
  // The window outlives the frame, and is then on its own.
  frame.addEventListener("pagehide", () => leave());
  return true;
}

/** The tabs by the browser's own means, as a frame with a storage of its own has them. */
function tabsHere(name: string): TabsPort | null {
  try {
    return browserTabs(`parley:${name}`);
  } catch {
    return null;
  }
}

/** Lets the window speak with the other tabs, so that it needs no socket of its own while this frame lives. */
class TabBridge {
  readonly #ports = new Map<string, TabsPort>();
  readonly #prefix: string;
  readonly #tabs: (name: string) => TabsPort | null;
  readonly #tell: (message: ToFrame) => void;
  readonly #gone: () => boolean;
  #said = 0;

  constructor(prefix: string, tabs: (name: string) => TabsPort | null, tell: (message: ToFrame) => void, gone: () => boolean) {
    this.#prefix = prefix;
    this.#tabs = tabs;
    this.#tell = tell;
    this.#gone = gone;
  }

  /** True if the message was for the other tabs. */
  take(message: ToHost): boolean {
    if (message.type === "lead") {
      if (message.leave) this.#ports.get(message.name)?.close();
      else this.#stand(message.name);
      return true;
    }
    if (message.type !== "store" || !message.key.startsWith(this.#prefix)) return false;
    const port = this.#ports.get(message.key.slice(this.#prefix.length));
    if (message.value !== null) port?.say((JSON.parse(message.value) as [number, unknown])[1]);
    return true;
  }

  /** Each conversation of the window leads itself from now on. */
  close(): void {
    for (const [name, port] of this.#ports) {
      port.close();
      this.#tell({ type: "lead", name, leading: true });
    }
    this.#ports.clear();
  }

  #stand(name: string): void {
    const port = this.#tabs(name);
    if (!port) return this.#tell({ type: "lead", name, leading: true });
    const key = this.#prefix + name;
    this.#ports.set(name, port);
    port.onNote = (note) => this.#tell({ type: "stored", key, value: JSON.stringify([this.#said++, note]) });
    // A window that is gone must not be followed.
    port.lead((leading) => (this.#gone() ? port.close() : this.#tell({ type: "lead", name, leading })));
  }
}

/** Where the storage is full or forbidden, the window has it in memory. */
function keep(storage: () => StorageLike, key: string, value: string | null): void {
  try {
    if (value === null) storage().removeItem(key);
    else storage().setItem(key, value);
  } catch {
    // As above.
  }
}

function readAll(storage: () => StorageLike, prefix: string): Record<string, string> {
  try {
    const open = storage();
    const keys = Array.from({ length: open.length }, (_, i) => open.key(i) ?? "");
    return Object.fromEntries(keys.filter((key) => key.startsWith(prefix)).map((key) => [key, open.getItem(key) ?? ""]));
  } catch {
    return {};
  }
}
