import type { Stored, ToFrame } from "../shared/bridge.js";
import type { StorageLike, TabsPort } from "../shared/world.js";
import type { Host } from "./host.js";

/** The name below which tabs that only share the customer's page's storage speak to each other. */
export const wire = "wire:";

/**
 * The storage of the customer's page, for browsers that give a frame none of its own. Reading is from a
 * mirror, which the hello filled and the page's storage events keep fresh; writing goes over the port.
 */
export class HostedStorage implements StorageLike {
  readonly #host: Host;
  readonly #texts: Map<string, string>;

  constructor(host: Host, stored: Stored) {
    this.#host = host;
    this.#texts = new Map(Object.entries(stored));
  }

  get length(): number {
    return this.#texts.size;
  }

  key(index: number): string | null {
    return [...this.#texts.keys()][index] ?? null;
  }

  getItem(key: string): string | null {
    return this.#texts.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    if (this.#texts.get(key) === value) return;
    this.#texts.set(key, value);
    this.#host.tell({ type: "store", key, value });
  }

  removeItem(key: string): void {
    if (this.#texts.delete(key)) this.#host.tell({ type: "store", key, value: null });
  }

  /** Another tab wrote. */
  receive(key: string, value: string | null): void {
    if (value === null) this.#texts.delete(key);
    else this.#texts.set(key, value);
  }
}

/** The other tabs, by the storage events and the locks of the customer's page. */
export class HostedTabs {
  readonly #host: Host;
  readonly #prefix: string;
  readonly #ports = new Map<string, { port: TabsPort; told?: (leading: boolean) => void }>();
  #said = 0;

  constructor(host: Host, prefix: string) {
    this.#host = host;
    this.#prefix = prefix + wire;
  }

  /** The tabs of one conversation. */
  open(name: string): TabsPort {
    const key = this.#prefix + name;
    const port: TabsPort = {
      onNote: null,
      say: (note) => {
        // The count makes each text a change, since only changes are told; nothing stays behind.
        this.#host.tell({ type: "store", key, value: JSON.stringify([this.#said++, note]) });
        this.#host.tell({ type: "store", key, value: null });
      },
      lead: (told) => {
        this.#ports.set(name, { port, told });
        this.#host.tell({ type: "lead", name });
      },
      close: () => {
        this.#ports.delete(name);
        this.#host.tell({ type: "lead", name, leave: true });
      },
    };
    this.#ports.set(name, { port });
    return port;
  }

  /** Takes what the customer's page tells; true if it was a word between tabs. */
  receive(message: ToFrame): boolean {
    if (message.type === "lead") this.#ports.get(message.name)?.told?.(message.leading);
    if (message.type !== "stored" || !message.key.startsWith(this.#prefix)) return false;
    const port = this.#ports.get(message.key.slice(this.#prefix.length))?.port;
    if (message.value !== null) port?.onNote?.((JSON.parse(message.value) as [number, unknown])[1]);
    return true;
  }
}
