import type { Stored, ToFrame, ToHost } from "../shared/bridge.js";

/** What to do with each kind of message from the frame. */
export type Acts<Kind extends ToHost["type"] = ToHost["type"]> = { [K in Kind]: (message: ToHost & { type: K }) => void };

/** What a frame borrows of the customer's page where browsers give it none of its own. */
export interface Lending {
  acts: Acts<"store" | "lead" | "title">;
  /** What is kept there, or null where the page itself has no storage. */
  stored(): Stored | null;
  /** Gives the page its own title back. */
  untitle(): void;
}

/** A lock that is free is given within this time, in milliseconds. */
const moment = 100;

/** Lends title, storage and locks, and of the storage only what lies below a prefix. */
export function lend(prefix: string, tell: (message: ToFrame) => void, gone: AbortController): Lending {
  const standing: Record<string, AbortController> = {};
  let lent: string | undefined;
  let own: string | null;
  addEventListener("storage", ({ key, newValue }) => key?.startsWith(prefix) && tell({ type: "stored", key, value: newValue }), gone);
  /** A title that the page changed meanwhile is its own again. A page without one is not given one. */
  const entitle = (text?: string) => {
    const title = document.querySelector("head>title");
    if (!title) return;
    if (lent && title.textContent === lent) title.textContent = own;
    if ((lent = text)) {
      own = title.textContent;
      title.textContent = text;
    }
  };
  return {
    stored: () => {
      try {
        return Object.fromEntries(Object.entries(localStorage).filter(([key]) => key.startsWith(prefix)));
      } catch {
        return null;
      }
    },
    acts: {
      store: ({ key, value }) => key.startsWith(prefix) && keep(key, value),
      title: ({ text }) => entitle(text),
      lead: ({ name, leave }) => {
        // Who waits for a lock must not get it any longer, and who has it gives it back.
        standing[name]?.abort();
        if (leave) return;
        const left = (standing[name] = new AbortController());
        gone.signal.addEventListener("abort", () => left.abort());
        let leads = false;
        const told = (leading: boolean) => tell({ type: "lead", name, leading: (leads = leading) });
        const hold = () => {
          told(true);
          return new Promise<unknown>((release) => (left.signal.onabort = release));
        };
        setTimeout(() => leads || told(false), moment);
        // Where there are no locks each tab leads itself.
        void (navigator.locks ? navigator.locks.request(prefix + name, left, hold).catch(() => {}) : hold());
      },
    },
    untitle: entitle,
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
