import { QueryClient } from "@tanstack/react-query";
import { beforeEach, expect, test } from "vitest";
import type { Schemas } from "../../../src/dashboard/api/client.js";
import { keys } from "../../../src/dashboard/api/keys.js";
import { perform } from "../../../src/dashboard/inbox/acts.js";
import { edit, type Field, Overtaken } from "../../../src/dashboard/inbox/edit.js";
import { applyEvent } from "../../../src/dashboard/live/apply.js";
import { dice, seeds } from "../fake/dice.js";
import { conversation } from "../fake/rows.js";
import { FakeV2, Refusal } from "../fake/server.js";
import { eventOf, here } from "../fake/talk.js";
import { versioned } from "../fake/versions.js";

type Conversation = Schemas["Conversation"];
type Priority = Conversation["priority"];

let server: FakeV2;
let store: ReturnType<typeof versioned>;
let queries: QueryClient;
beforeEach(() => {
  server = new FakeV2().install();
  store = versioned(server, conversation(1));
  queries = new QueryClient();
  queries.setQueryData(keys.conversation(here), store.row);
});

const shown = () => queries.getQueryData<Conversation>(keys.conversation(here)) as Conversation;
const hear = (row: Conversation = store.row) => applyEvent(queries, eventOf("conversation.updated", { conversation_id: here, conversation: row }));
const set = <F extends Field>(field: F, value: Conversation[F], begun = shown()) => perform(queries, here, edit(queries, begun, field, value));
const sent = () => server.asked("PATCH /v2/conversation/:id").map(({ headers, body }) => [headers.get("If-Match"), body]);
const overtaken = (change: Promise<unknown>) => change.then(() => Promise.reject(new Error("It was made")), (error: unknown) => (error instanceof Overtaken ? error.now : Promise.reject(error)));

test("a change is made of the version that it was begun on", async () => {
  const { version } = store.row;
  await set("priority", "high");
  expect(sent()).toEqual([[`"${version}"`, { priority: "high" }]]);
  expect([store.row.priority, shown()]).toEqual(["high", store.row]);
});

test("what somebody else made of the field meanwhile stands, is shown, and is told", async () => {
  const begun = shown();
  store.write({ priority: "urgent" });
  expect(await overtaken(set("priority", "low", begun))).toMatchObject({ priority: "urgent" });
  expect([store.row.priority, shown().priority]).toEqual(["urgent", "urgent"]);
});

test("a newer version that was heard of since one began hides nothing: it counts what one saw on beginning", async () => {
  const begun = shown();
  store.write({ subject: "Theirs" });
  hear();
  expect(shown().subject).toBe("Theirs");
  expect(await overtaken(set("subject", "Mine", begun))).toMatchObject({ subject: "Theirs" });
  expect(await set("subject", "Mine")).toMatchObject({ subject: "Mine" });
});

test("who saves over what they were shown does so, and is told if it is another by then", async () => {
  const begun = shown();
  store.write({ subject: "First" });
  const first = await overtaken(set("subject", "Mine", begun));
  store.write({ subject: "Second" });
  const second = await overtaken(set("subject", "Mine", first));
  await set("subject", "Mine", second);
  expect(store.row.subject).toBe("Mine");
});

test("a conversation that a colleague was given meanwhile stays theirs, and who gave it hears so", async () => {
  const [sarah, jonas] = [{ id: "usr_sarah", name: "Sarah" }, { id: "usr_jonas", name: "Jonas" }];
  const begun = shown();
  store.write({ assigned_to: jonas, labels: ["vip"] });
  const now = await overtaken(set("assigned_to", sarah, begun));
  expect([now.assigned_to, shown().assigned_to]).toEqual([jonas, jonas]);
  expect(await set("assigned_to", { ...jonas, name: "Jonas W." }, begun), "the same person is no other").toMatchObject({ assigned_to: jonas });
  store.write({ priority: "high" });
  expect(await set("assigned_to", sarah, now), "over what one was shown").toMatchObject({ assigned_to: { id: "usr_sarah" }, assistant_active: false });
  expect(await set("assigned_to", null)).toMatchObject({ assigned_to: null });
});

test("what others change besides is in nobody's way, known or not", async () => {
  const begun = shown();
  store.write({ labels: ["vip"] });
  hear();
  await set("priority", "high", begun);
  expect(server.asked("GET /v2/conversation/:id"), "of what is known nothing is asked").toHaveLength(0);
  store.write({ assigned_to: { id: "usr_2", name: "Tom" } });
  await set("subject", "Bowl");
  expect(store.row).toMatchObject({ priority: "high", subject: "Bowl", labels: ["vip"], assigned_to: { name: "Tom" } });
});

test("one's own changes follow each other as quickly as one likes, and none refuses another", async () => {
  const values: Priority[] = ["high", "urgent", "low", "high", "normal"];
  // Each is begun on what the last one shows, which no server has confirmed yet.
  await Promise.all(values.flatMap((value, i) => [set("priority", value), set("subject", `Bowl ${i}`)]));
  expect(sent().map(([, body]) => body)).toEqual(values.flatMap((priority, i) => [{ priority }, { subject: `Bowl ${i}` }]));
  expect(store.refused).toBe(0);
  expect([store.row, shown()].map(({ priority, subject }) => [priority, subject])).toEqual(Array(2).fill(["normal", "Bowl 4"]));
});

test("an event of one's own change that comes late makes nobody else of oneself", async () => {
  await set("priority", "high");
  const first = store.row;
  await set("priority", "urgent");
  hear(first);
  expect(shown().priority).toBe("high");
  await set("priority", "low");
  expect(store.row.priority).toBe("low");
});

test("one's own change of another field is no leave to write over what somebody else made of this one", async () => {
  const begun = shown();
  store.write({ subject: "Theirs" });
  await set("priority", "high", begun);
  expect(await overtaken(set("subject", "Mine", begun))).toMatchObject({ subject: "Theirs", priority: "high" });
});

test("who wants what somebody else has made of it already gets no question", async () => {
  const begun = shown();
  store.write({ priority: "urgent" });
  expect(await set("priority", "urgent", begun)).toMatchObject({ priority: "urgent" });
});

test("a change that fails lets the next one go, and that is made of what is there", async () => {
  server.offline = true;
  const first = set("priority", "high").catch((error: unknown) => {
    server.offline = false;
    throw error;
  });
  const second = set("priority", "low");
  await expect(first).rejects.toMatchObject({ code: 0 });
  await second;
  expect([store.row.priority, shown().priority, store.refused]).toEqual(["low", "low", 0]);
});

test("a refusal that is about no version is told as it is, and one that never ends is given up", async () => {
  server.on("PATCH /v2/conversation/:id", () => new Refusal(409, "conflict", "Archived"));
  await expect(set("priority", "low")).rejects.toThrow("Archived");
  expect(sent()).toHaveLength(1);
  server.on("PATCH /v2/conversation/:id", () => new Refusal(409, "conflict", "It has changed", { changed: [], version: "x" }));
  await expect(set("priority", "low")).rejects.toThrow("It has changed");
  expect(sent().length).toBeLessThan(10);
  expect(shown().priority).toBe("normal");
});

test.each(seeds)("whatever two people change at once, no value goes over another that nobody saw, seed %i", async (seed) => {
  const { int, pick } = dice(seed);
  const values: Priority[] = ["low", "normal", "high", "urgent"];
  for (let step = 0; step < 60; step++) {
    const begun = shown();
    const mine = pick(values);
    const theirs = int(2) ? pick(values) : begun.priority;
    store.write({ priority: theirs, ...(int(3) ? {} : { labels: [`label ${step}`] }) });
    if (int(2)) hear();
    const done = await set("priority", mine, begun).then(() => true, (error: unknown) => (error instanceof Overtaken ? false : Promise.reject(error)));
    expect(done, `${begun.priority}, then ${theirs}, and ${mine} wanted`).toBe(theirs === begun.priority || theirs === mine);
    expect([store.row.priority, shown().priority]).toEqual(Array(2).fill(done ? mine : theirs));
  }
});
