import type { Snapshot } from "../shared/client.js";
import type { Keep } from "../shared/keep.js";
import { signal } from "./signal.js";

/** What draws attention to an answer: a sound, once the visitor has wished for it. */
export class News {
  readonly sound = signal(false);
  /** The visitor has answered the question whether to be notified. */
  readonly asked = signal(false);
  /** This browser is notified when the page is closed. */
  readonly push = signal(false);
  readonly #keep: Keep;
  #last = 0;

  constructor(keep: Keep) {
    this.#keep = keep;
    this.sound.value = keep.get("sound") === "1";
    this.asked.value = keep.get("asked") === "1";
    this.push.value = keep.get("push") === "1";
  }

  /** Turns the sound on or off. */
  setSound(wanted: boolean): void {
    this.sound.value = wanted;
    if (wanted) this.#keep.set("sound", "1");
    else this.#keep.remove("sound");
  }

  setAsked(): void {
    this.asked.value = true;
    this.#keep.set("asked", "1");
  }

  setPush(on: boolean): void {
    this.push.value = on;
    if (on) this.#keep.set("push", "1");
    else this.#keep.remove("push");
  }

  /** The visitor is to be forgotten. */
  forget(): void {
    this.#keep.clear();
    this.sound.value = this.asked.value = this.push.value = false;
  }

  /** A new state of the conversation: what the team added since is heard, the history is not. */
  heard(before: Snapshot, now: Snapshot): void {
    const last = now.messages.at(-1);
    const fresh = before.messages.length > 0 && now.messages.length > before.messages.length;
    if (!last || !fresh || last.direction === "inbound" || last.id === this.#last) return;
    this.#last = last.id;
    const at = Date.parse(last.timestamp);
    if (Date.now() - at < 60_000) this.ring(at);
  }

  /** There is an answer of that time, wherever. The sound is fetched when there is something to hear; of all tabs one makes it. */
  ring(at: number): void {
    const mine = () => Number(this.#keep.get("rang")) < at && (this.#keep.set("rang", `${at}`), true);
    if (this.sound.value) import("./sound.js").then(({ chime }) => chime(mine)).catch(() => {});
  }
}
