import type { TabsPort } from "../../src/shared/world.js";
import type { FakeClock } from "./clock.js";

interface Member {
  port: TabsPort;
  owner: object;
  told?: (leading: boolean) => void;
}

/** The channels and locks of one browser. `crash` ends a tab as the browser does: without a word. */
export class FakeBrowser {
  readonly #clock: FakeClock;
  readonly #names = new Map<string, Member[]>();
  readonly #holders = new Map<string, Member>();
  /** Tabs that hang: they hold their locks and hear nothing. */
  readonly hung = new Set<object>();
  delay = (): number => 1;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  /** What a tab, known by any object, gets for a name. */
  open(name: string, owner: object): TabsPort {
    const members = this.#names.get(name) ?? [];
    this.#names.set(name, members);
    const member: Member = {
      owner,
      port: {
        onNote: null,
        say: (note) => this.#say(name, member, JSON.stringify(note)),
        lead: (told) => {
          member.told = told;
          this.#clock.setTimeout(() => this.#stand(name, member), this.delay());
        },
        close: () => this.#leave(name, member),
      },
    };
    members.push(member);
    return member.port;
  }

  /** The tab is gone, with everything it held. */
  crash(owner: object): void {
    for (const [name, members] of this.#names) {
      for (const member of members.filter((one) => one.owner === owner)) this.#leave(name, member);
    }
  }

  leaders(): number {
    return this.#holders.size;
  }

  #say(name: string, from: Member, text: string): void {
    this.#clock.setTimeout(() => {
      for (const member of this.#names.get(name) ?? []) {
        if (member !== from && !this.hung.has(member.owner)) member.port.onNote?.(JSON.parse(text));
      }
    }, 1);
  }

  #stand(name: string, member: Member): void {
    if (!this.#names.get(name)?.includes(member)) return;
    if (this.#holders.has(name)) return member.told?.(false);
    this.#holders.set(name, member);
    member.told?.(true);
  }

  #leave(name: string, member: Member): void {
    const members = this.#names.get(name) ?? [];
    if (!members.includes(member)) return;
    members.splice(members.indexOf(member), 1);
    if (this.#holders.get(name) !== member) return;
    this.#holders.delete(name);
    const next = members.find(({ told }) => told);
    if (next) this.#clock.setTimeout(() => this.#stand(name, next), this.delay());
  }
}
