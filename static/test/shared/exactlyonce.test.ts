import { expect, test } from "vitest";
import type { Client } from "../../src/shared/client.js";
import type { FakeServer } from "../fake/server.js";
import { details, setup, shown } from "../fake/setup.js";

/** Makes the next seconds as bad as a network and a server can be. */
function disturb(server: FakeServer, random: () => number): void {
  const chance = (share: number) => random() < share;
  const { faults } = server;
  faults.down = chance(0.2);
  faults.socketsBlocked = chance(0.2);
  faults.loseAcks = chance(0.3);
  faults.loseAnswers = chance(0.3);
  faults.mute = chance(0.1);
  faults.delay = () => Math.floor(random() * random() * 3_000);
  faults.copies = (frame) => (frame.type === "message" ? Math.floor(random() * 3) : 1 + Math.floor(random() * 2));
  if (chance(0.2)) faults.refusals = [{ on: "/messages", status: chance(0.5) ? 429 : 503, retryAfter: 3 }];
  if (chance(0.5)) server.kill(chance(0.5) ? 1006 : 4409);
  if (chance(0.1) && server.conversations.size > 0) server.tell({ type: "bye", reconnect_in: 500 });
}

function calm(server: FakeServer): void {
  const quiet = { down: false, socketsBlocked: false, loseAcks: false, loseAnswers: false, mute: false };
  Object.assign(server.faults, quiet, { refusals: [], delay: () => 5, copies: () => 1 });
}

/**
 * The visitor goes to another page of the shop. There the loader brings a frame only where the mark says
 * so: without it nobody would deliver what is under way, and nobody does here.
 */
function goOn(client: Client, visit: () => Client): Client | null {
  const { mark } = client.snapshot();
  client.stop();
  return mark === "1" ? visit() : null;
}

/** What the visitor sees may only grow, and never show a message twice or before its turn. */
function watch(client: Client): string[] {
  const broken: string[] = [];
  client.subscribe(() => {
    const { messages, outgoing } = client.snapshot();
    if (messages.some(({ seq }, i) => seq !== i + 1)) broken.push(`order ${messages.map(({ seq }) => seq)}`);
    const ids = [...messages, ...outgoing].map(({ client_id }) => client_id).filter(Boolean);
    if (new Set(ids).size !== ids.length) broken.push(`twice ${ids}`);
  });
  return broken;
}

const seeds = Array.from({ length: 60 }, (_, i) => i + 1);

test.each(seeds)("seed %i: everything arrives exactly once, in order", async (seed) => {
  const { clock, server, random, visit } = setup(seed);
  let client = visit();
  let broken = watch(client);
  const navigate = () => {
    expect(broken).toEqual([]);
    const next = goOn(client, visit);
    expect(next, "a frame on the next page").not.toBeNull();
    broken = watch((client = next as Client));
  };
  // Every second visitor begins on a network that is bad already, every third leaves in the middle of it.
  if (seed % 2 === 0) disturb(server, random);
  client.saveForm(details);
  client.start(details);
  if (seed % 3 === 0) {
    await clock.advance(Math.floor(random() * 20));
    navigate();
  }
  const written: string[] = [];
  for (let round = 0; round < 25; round++) {
    disturb(server, random);
    if (client.snapshot().phase === "talking" && random() < 0.7) {
      written.push(`visitor ${round}`);
      client.send(`visitor ${round}`);
    }
    if (server.conversations.size > 0 && random() < 0.7) server.say(`team ${round}`);
    await clock.advance(Math.floor(random() * 8_000));
    if (random() < 0.15) navigate();
    if (random() < 0.2) client.wake();
  }
  calm(server);
  await clock.until(() => {
    server.sweep();
    const { messages, outgoing } = client.snapshot();
    return outgoing.length === 0 && messages.length > 0 && messages.length === server.conversation.messages.length;
  }, 400_000);

  const stored = server.conversation.messages;
  expect(shown(client)).toEqual(stored.map(({ body }) => body));
  expect(stored.filter(({ direction }) => direction === "inbound").map(({ body }) => body)).toEqual([details.message, ...written]);
  expect(server.conversations.size).toBe(1);
  expect(client.snapshot().form).toEqual({});
  expect(broken).toEqual([]);
});
