import { computed, type Signal, signal } from "./signal.js";

/** A place in the frame: the start page, the conversation (or its form), the articles, one article. */
export type Place = { screen: "home" | "talk" | "help" } | { screen: "article"; id: string };

/** Where the visitor is, and the way back from there. */
export class Route {
  readonly #stack = signal<readonly Place[]>([{ screen: "talk" }]);
  /** The element that led away from each place of the stack, to which the focus comes back. */
  #leads: (string | null)[] = [];
  /** Set by moving back: the mark of the element that should have the focus again. */
  lead: string | null = null;
  /** Counts the moves, so that a view can tell one from a mere redraw. */
  readonly moves = signal(0);
  readonly place: Readonly<Signal<Place>> = computed(() => this.#stack.value.at(-1) ?? { screen: "talk" });

  /** The first place of a visit; nothing lies before it. */
  begin(place: Place): void {
    this.#leads = [];
    this.lead = null;
    this.#stack.value = [place];
  }

  /** Goes on to a place. */
  go(place: Place, from: Element | null = document.activeElement): void {
    this.#leads.push(from?.getAttribute("data-lead") ?? null);
    this.lead = null;
    this.#stack.value = [...this.#stack.value, place];
    this.moves.value++;
  }

  /** Goes back; from the first place to the start page. */
  back(): void {
    const before = this.#stack.value.slice(0, -1);
    this.lead = this.#leads.pop() ?? null;
    this.#stack.value = before.length > 0 ? before : [{ screen: "home" }];
    this.moves.value++;
  }
}

/** Marks an element as one that leads away, so that the focus finds it on the way back. */
export const leads = (mark: string) => ({ "data-lead": mark });
