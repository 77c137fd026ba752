import { type Stored, type ToFrame, type ToHost } from "../shared/bridge.js";

/** What a frame borrows of the customer's page where browsers give it no storage of its own. */
export interface Lending {
  /** What is kept there, or null where the page itself has no storage. */
  stored(): Stored | null;
  serve(message: ToHost): void;
  end(): void;
}

/** A lock that is free is given within this time, in milliseconds. */
const moment = 100;

/** Lends storage and locks, and of the storage only what lies below a prefix. */
export function lend(prefix: string, tell: (message: ToFrame) => void, gone: AbortController): Lending {
  const locks = new Map<string, () => void>();
  addEventListener("storage", ({ key, newValue }) => key?.startsWith(prefix) && tell({ type: "stored", key, value: newValue }), gone);
  return {
    stored: () => {
      try {
        return Object.fromEntries(Object.entries(localStorage).filter(([key]) => key.startsWith(prefix)));
      } catch {
        return null;
      }
    },
    serve: (message) => {
      if (message.type === "store" && message.key.startsWith(prefix)) keep(message.key, message.value);
      if (message.type !== "lead") return;
      const { name } = message;
      if (message.leave) locks.get(name)?.();
      else void lead(prefix + name, (leading) => tell({ type: "lead", name, leading }), (release) => locks.set(name, release));
    },
    end: () => locks.forEach((release) => release()),
  };
}

function keep(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage[key] = value;
  } catch {
    // Full, or forbidden to the page too: the frame remembers it as long as it lives.
  }
}

/** Where there are no locks each tab leads itself. */
function lead(name: string, told: (leading: boolean) => void, held: (release: () => void) => void): void {
  let leads = false;
  const hold = () => {
    told((leads = true));
    return new Promise<void>(held);
  };
  setTimeout(() => leads || told(false), moment);
  if (navigator.locks) void navigator.locks.request(name, hold);
  else void hold();
}
