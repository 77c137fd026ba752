// The published OpenAI client, unmodified, against the program: only base URL and key are ours.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import OpenAI, { APIError, AuthenticationError, NotFoundError } from "openai";
import { launch } from "./program.mjs";

let program;
let model;
let client;
let assistant;
let broken = false;
const asked = [];

before(async () => {
  model = createServer(async (request, response) => {
    asked.push(JSON.parse(Buffer.concat(await request.toArray()).toString()));
    if (broken) return response.writeHead(401).end("{}");
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    for (const content of ["Good", " morning"]) response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`);
    response.write('data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n');
    response.end('data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2}}\n\ndata: [DONE]\n\n');
  }).listen(0, "127.0.0.1");
  await new Promise((listening) => model.once("listening", listening));
  program = await launch({ OPENAI_BASE_URL: `http://127.0.0.1:${model.address().port}/v1`, OPENAI_API_KEY: "sk-model" });
  client = new OpenAI({ apiKey: program.credentials.live_key, baseURL: `${program.address}/openai/v1`, maxRetries: 0 });
  const made = await fetch(`${program.address}/api/assistants`, {
    method: "POST",
    headers: { "X-API-Key": program.credentials.live_key, "Content-Type": "application/json" },
    body: JSON.stringify({ name: "Support", systemPrompt: "Be kind." }),
  });
  assistant = (await made.json()).id;
});

after(async () => {
  await program.remove();
  model.close();
});

const messages = [{ role: "developer", content: "Be brief." }, { role: "user", content: [{ type: "text", text: "Hello" }] }];

test("chat completions, whole and streamed", async () => {
  const whole = await client.chat.completions.create({ model: assistant, messages });
  assert.equal(whole.choices[0].message.content, "Good morning");
  assert.equal(whole.choices[0].finish_reason, "stop");
  assert.equal(whole.usage.total_tokens, 11);
  assert.match(asked.at(-1).messages[0].content, /^Be kind\.[\s\S]*Be brief\./);
  let text = "";
  let usage = null;
  for await (const chunk of await client.chat.completions.create({ model: assistant, messages, stream: true, stream_options: { include_usage: true } })) {
    text += chunk.choices[0]?.delta.content ?? "";
    usage = chunk.usage ?? usage;
  }
  assert.equal(text, "Good morning");
  assert.equal(usage.total_tokens, 11);
});

test("responses, whole, continued and streamed", async () => {
  const first = await client.responses.create({ model: assistant, input: "My name is Ann" });
  assert.equal(first.output_text, "Good morning");
  assert.equal(first.status, "completed");
  const stream = client.responses.stream({ model: assistant, input: "Who am I?", previous_response_id: first.id });
  let text = "";
  stream.on("response.output_text.delta", ({ delta }) => (text += delta));
  const last = await stream.finalResponse();
  assert.equal(text, "Good morning");
  assert.equal(last.output_text, "Good morning");
  assert.ok(asked.at(-1).messages.some(({ content }) => content === "My name is Ann"));
});

test("models", async () => {
  const ids = [];
  for await (const { id } of client.models.list()) ids.push(id);
  assert.deepEqual(ids, [assistant]);
  assert.equal((await client.models.retrieve(assistant)).owned_by, "Support");
});

test("errors are the client's own", async () => {
  const stranger = new OpenAI({ apiKey: "sk_live_wrong", baseURL: `${program.address}/openai/v1`, maxRetries: 0 });
  await assert.rejects(stranger.models.list(), AuthenticationError);
  await assert.rejects(client.chat.completions.create({ model: "gpt-4o", messages }), (e) => e instanceof NotFoundError && e.code === "model_not_found");
  broken = true;
  await assert.rejects(client.chat.completions.create({ model: assistant, messages }), (e) => e instanceof APIError && e.status === 502);
  await assert.rejects(client.responses.create({ model: assistant, input: "?", stream: true }), (e) => e instanceof APIError && e.status === 502);
  broken = false;
});
