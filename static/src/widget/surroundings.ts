import { keptBelow, type ToFrame } from "../shared/bridge.js";
import { browserWorld } from "../shared/browser.js";
import type { World } from "../shared/world.js";
import type { HostedStorage, HostedTabs } from "./hosted.js";
import { attaching } from "./attaching.js";
import { askOpener, meetHost, popoutMark, type Host } from "./host.js";

/** What a frame lives in, once that is known. */
export interface Surroundings {
  world: World;
  host: Host;
  /** The frame is inside a customer's page; otherwise somebody opened it by itself. */
  embedded: boolean;
  /** Hands over everything the customer's page says, from its first word on. */
  listen(receive: (message: ToFrame) => void, stored: () => void): void;
}

type Hello = ToFrame & { type: "hello" };

/** How long a frame without storage waits for the customer's page, in milliseconds. */
const patience = 3_000;

/**
 * Finds out where this frame can keep things: in its own storage, else in that of the customer's page
 * (or, in a window of its own, of the frame that opened it), else in memory.
 */
export async function findSurroundings(siteKey: string, frame: Window = window): Promise<Surroundings> {
  const heard: ToFrame[] = [];
  let receive = (message: ToFrame): void => void heard.push(message);
  let greeted = (_: Hello): void => {};
  let hosted: HostedStorage | null = null;
  let tabs: HostedTabs | null = null;
  let stored = (): void => {};
  const hello = new Promise<Hello>((resolve) => (greeted = resolve));
  const host = meetHost((message) => {
    if (message.type === "hello") greeted(message);
    if (message.type === "stored") hosted?.receive(message.key, message.value);
    if (tabs?.receive(message)) return;
    if (message.type === "stored") stored();
    else if (message.type !== "lead") receive(message);
  }, frame);
  const world: World = { ...browserWorld(), ...attaching };
  const embedded = frame.parent !== frame;
  const apart = !embedded && frame.opener !== null && frame.location.hash === popoutMark;
  if (apart) askOpener(frame);

  if (apart || (embedded && !works(() => frame.localStorage))) {
    const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), patience));
    const kept = (await Promise.race([hello, late]))?.stored;
    if (kept) {
      const { HostedStorage, HostedTabs } = await import("./hosted.js");
      const storage = (hosted = new HostedStorage(host, kept));
      const others = (tabs = new HostedTabs(host, keptBelow(siteKey)));
      Object.assign(world, { storage: () => storage, tabs: (name: string) => others.open(name) });
    }
  }
  return {
    world,
    host,
    embedded,
    listen: (to, changed) => {
      receive = to;
      stored = changed;
      for (const message of heard.splice(0)) to(message);
    },
  };
}

/** Browsers that forbid the storage throw when it is touched; looking leaves nothing behind. */
function works(storage: () => Storage): boolean {
  try {
    return storage().length >= 0;
  } catch {
    return false;
  }
}
