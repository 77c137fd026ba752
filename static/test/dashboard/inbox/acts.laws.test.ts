import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ApiError } from "../../../src/dashboard/api/errors.js";
import { keys } from "../../../src/dashboard/api/keys.js";
import { perform } from "../../../src/dashboard/inbox/acts.js";
import { applyEvent } from "../../../src/dashboard/live/apply.js";
import { dice, seeds } from "../fake/dice.js";
import { conversation, page } from "../fake/rows.js";
import { FakeV2 } from "../fake/server.js";
import { eventOf, here, said } from "../fake/talk.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Conversation = ReturnType<typeof conversation>;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A desk that has a conversation, in a list and open, and the server that has it. */
function setup() {
  const server = new FakeV2().install();
  server.conversations = [conversation(1)];
  const queries = new QueryClient({ defaultOptions: { queries: { gcTime: Number.POSITIVE_INFINITY } } });
  queries.setQueryData(keys.conversation(here), conversation(1));
  queries.setQueryData(keys.conversationWindow({ status: "open" }, 0), page([conversation(2), conversation(1)]));
  const one = () => queries.getQueryData<Conversation>(keys.conversation(here)) as Conversation;
  const row = () => queries.getQueryData<{ data: Conversation[] }>(keys.conversationWindow({ status: "open" }, 0))?.data[1];
  const stored = () => server.conversations[0] as Conversation;
  return { server, queries, one, row, stored };
}

describe.each(seeds)("acts at the same time, seed %i", (seed) => {
  test("whatever fails, and in whatever order answers and events come, the desk ends as the server has it", async () => {
    const { server, queries, one, row, stored } = setup();
    const { int, pick, times } = dice(seed);
    // The socket tells in order, each thing some time after it happened.
    let told = 0;
    const tell = (type: string, data: object) => {
      told = Math.max(told + 1, Date.now() + int(300));
      setTimeout(() => applyEvent(queries, eventOf(type, data)), told - Date.now());
    };
    const changed = (change: Partial<Conversation>) => {
      server.conversations[0] = { ...stored(), ...change };
      tell("conversation.updated", { conversation_id: here, conversation: stored() });
      return stored();
    };
    const changes = (): Partial<Conversation> =>
      pick([{ priority: pick(["low", "normal", "high", "urgent"] as const) }, { assigned_to: pick([null, { id: "usr_1", name: "Sarah" }, { id: "usr_2", name: "Tom" }]) }, { labels: pick([[], ["vip"], ["vip", "billing"]]) }, { subject: pick([null, "Bowl"]) }]);
    const acts = times(12, async () => {
      await pause(int(1_000));
      const change = changes();
      const [there, back, fails] = [int(200), int(400), int(4) === 0];
      await perform(queries, here, {
        change: (c) => ({ ...c, ...change }),
        call: async () => {
          await pause(there);
          const answer = fails ? null : changed(change);
          await pause(back);
          if (!answer) throw new ApiError({ code: pick([0, 409, 500]), kind: "x", message: "" });
          return answer;
        },
      }).catch(() => undefined);
    });
    for (let n = 1; n < 5; n++)
      setTimeout(() => {
        const data = said(n);
        server.conversations[0] = { ...stored(), last_message_at: data.sent_at, last_message_preview: data.content, message_count: stored().message_count + 1, unread_count: stored().unread_count + 1 };
        tell("message.received", data);
      }, n * 250);
    await vi.runAllTimersAsync();
    await Promise.all(acts);
    expect(one()).toEqual(stored());
    expect(row()).toEqual(stored());
  });
});

test("what an act shows stays shown while events about something else come", async () => {
  const { queries, one, row } = setup();
  const done = perform(queries, here, { change: (c) => ({ ...c, priority: "urgent" }), call: () => pause(500).then(() => conversation(1, { priority: "urgent", labels: ["vip"] })) });
  applyEvent(queries, eventOf("conversation.updated", { conversation_id: here, conversation: conversation(1, { labels: ["vip"] }) }));
  expect([one(), row()].map((c) => [c?.priority, c?.labels])).toEqual(Array(2).fill(["urgent", ["vip"]]));
  applyEvent(queries, eventOf("message.received", said(1, { conversation: { id: here, status: "open", assigned_to: null, labels: [] } })));
  expect(one()).toMatchObject({ priority: "urgent", labels: [], last_message_preview: "News 1" });
  await vi.runAllTimersAsync();
  await done;
  applyEvent(queries, eventOf("conversation.updated", { conversation_id: here, conversation: conversation(1, { priority: "low" }) }));
  expect(one().priority, "and no longer than it is under way").toBe("low");
});

test("an act that fails while there is no line leaves what was heard before, and nothing of itself", async () => {
  const { queries, one, server } = setup();
  server.offline = true;
  const done = perform(queries, here, { change: (c) => ({ ...c, assigned_to: { id: "usr_1", name: "Sarah" } }), call: () => pause(100).then(() => Promise.reject(new ApiError({ code: 0, kind: "unreachable", message: "" }))) });
  const failed = expect(done).rejects.toMatchObject({ code: 0 });
  applyEvent(queries, eventOf("conversation.assigned", { conversation_id: here, conversation: conversation(1, { assigned_to: { id: "usr_2", name: "Tom" } }) }));
  expect(one().assigned_to?.name).toBe("Sarah");
  await vi.runAllTimersAsync();
  await failed;
  expect(one().assigned_to?.name).toBe("Tom");
});

test("an act on a conversation that is only in a list is shown there, and taken back there", async () => {
  const { queries, row, server } = setup();
  queries.removeQueries({ queryKey: keys.conversation(here) });
  server.offline = true;
  const done = perform(queries, here, { change: (c) => ({ ...c, status: "closed" }), call: () => pause(100).then(() => Promise.reject(new ApiError({ code: 0, kind: "unreachable", message: "" }))) });
  expect(row()?.status).toBe("closed");
  const failed = expect(done).rejects.toMatchObject({ code: 0 });
  await vi.runAllTimersAsync();
  await failed;
  expect(row()?.status).toBe("open");
});
