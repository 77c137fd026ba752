import { Client } from "../../src/shared/client.js";
import type { World } from "../../src/shared/world.js";
import { FakeClock } from "./clock.js";
import { seeded } from "./random.js";
import { FakeServer } from "./server.js";
import { FakeStorage } from "./storage.js";

export const details = { name: "Jane Doe", email: "jane@example.com", message: "Is the blue bowl back?" };

/** A server, a browser's storage, and visits of one visitor to one site. */
export function setup(seed = 1) {
  const clock = new FakeClock();
  const server = new FakeServer(clock);
  const storage = new FakeStorage();
  const random = seeded(seed);

  /** Opens the frame, as a page view does. The one before, if any, should be stopped. */
  const visit = (change: Partial<World> = {}): Client => {
    const world = { ...server.world(storage, random), ...change };
    const client = new Client({ world, origin: "https://chat.example", siteKey: "site_1" });
    client.open();
    return client;
  };

  /** A visit in which a conversation has begun and the socket is live. */
  const talk = async (change: Partial<World> = {}): Promise<Client> => {
    const client = visit(change);
    client.start(details);
    await clock.until(() => client.snapshot().messages.length === 1);
    return client;
  };

  return { clock, server, storage, random, visit, talk };
}

/** The bodies a visitor sees, in order, what is still on its way last. */
export function shown(client: Client): string[] {
  const { messages, outgoing } = client.snapshot();
  return [...messages.map(({ body }) => body), ...outgoing.map(({ message }) => message)];
}
