import { handover, type ToFrame, type ToHost, type Wish } from "../shared/bridge.js";
import type { Person } from "../shared/identity.js";
import type { Page } from "../shared/wire.js";
import type { StorageLike } from "../shared/world.js";

/** The mark in the address of a window that a frame opened; it waits for the frame's port. */
export const popoutMark = "#popout";

/** What a window of its own is told first. */
export interface PopoutOptions {
  page: Page;
  /** Who the customer's page says is there. */
  person: Person | null;
  wish: Wish;
  /** Where the conversation is kept: the window shares it with the frame that opened it. */
  storage: () => StorageLike;
  prefix: string;
}

const size = "popup,width=400,height=680";

/**
 * Opens the chat in a window of its own, which keeps what it keeps in the storage of this frame: browsers
 * would give it another one. False where the browser blocks the window.
 */
export function popOut({ page, person, wish, storage, prefix }: PopoutOptions, frame: Window = window): boolean {
  const { pathname, search, origin } = frame.location;
  const popup = frame.open(pathname + search + popoutMark, "_blank", size);
  if (!popup) return false;
  frame.addEventListener("message", (event) => {
    if (event.source !== popup || event.origin !== origin || event.data !== popoutMark) return;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<ToHost>) => {
      if (data.type === "store" && data.key.startsWith(prefix)) keep(storage, data.key, data.value);
      if (data.type === "close") popup.close();
    };
    port1.postMessage({ type: "hello", page, person, wish, open: true, stored: readAll(storage, prefix) } satisfies ToFrame);
    popup.postMessage(handover, origin, [port2]);
  });
  return true;
}

/** Asks the frame that opened this window for its port. */
export const askOpener = (frame: Window = window): void => {
  frame.opener?.postMessage(popoutMark, frame.location.origin);
};

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
