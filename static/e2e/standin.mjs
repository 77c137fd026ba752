#!/usr/bin/env node
// A stand-in for the program, for work on the front end alone: as much of the chat surface and of /v2
// as the suite beside it uses, with its rows in one file. `npm run e2e:standin` runs the suite on it,
// `node e2e/standin.mjs serve` lets one look at the pages.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { accept } from "./websocket.mjs";

const siteKey = "site-of-the-standin";
const liveKey = "sk_live_standin";
const port = Number(process.env.PORT ?? 8080);
const dist = fileURLToPath(new URL("../dist", import.meta.url));
const file = "data/standin.json";
const pages = { "/widget.js": "/widget.js", "/widget": "/widget/index.html", "/demo": "/demo/index.html", "/configure": "/configurator/index.html" };
const types = { ".js": "text/javascript", ".css": "text/css", ".html": "text/html; charset=utf-8" };
const config = {
  greeting: "Hi there! How can we help?",
  name: "Morrow & Clay",
  theme: { color: "#1f5f57", position: "right" },
  locale: "",
  online: true,
  uploads: { max_bytes: 10485760, max_files: 5, types: [] },
};
const autoReply = "Thanks for reaching out! We'll get back to you soon.";

const rows = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { conversations: [], files: [] };
const peers = new Set();
const save = () => writeFileSync(file, JSON.stringify(rows));
const ofToken = (token) => rows.conversations.find((conversation) => conversation.token === token);

/** Stores a message once, saves before anybody hears of it, then rings. */
function post(conversation, { direction, body, author, client_id = null, attachments = [] }) {
  const known = client_id && conversation.messages.find((message) => message.client_id === client_id);
  if (known) return known;
  const seq = conversation.messages.length + 1;
  const last = conversation.messages.at(-1)?.micros ?? 0;
  const micros = Math.max(Date.now() * 1000, last + 1);
  const timestamp = `${new Date(Math.floor(micros / 1000)).toISOString().slice(0, 19)}.${String(micros % 1e6).padStart(6, "0")}Z`;
  const message = { direction, body, timestamp, author, id: seq, seq, client_id, type: "text", status: "sent", attachments, micros };
  conversation.messages.push(message);
  save();
  tell(conversation, { type: "message", message });
  return message;
}

function tell(conversation, frame) {
  for (const peer of peers) if (peer.conversation === conversation) peer.connection.send(frame);
}

const receipt = ({ id, seq, timestamp }) => ({ id, seq, timestamp });

function start({ name, email, message, visitor_token, client_id }) {
  if (!name || !email || !message || !visitor_token) return [422, { error: "Name, email, message, and visitor_token are required" }];
  if (!email.includes("@")) return [422, { error: "Invalid email address" }];
  const known = ofToken(visitor_token);
  if (known && known.begun !== client_id) return [409, { error: "A conversation with this visitor token already exists" }];
  if (!known) {
    const conversation = { id: `conv_${rows.conversations.length + 1}`, token: visitor_token, begun: client_id, name, messages: [] };
    rows.conversations.push(conversation);
    post(conversation, { direction: "inbound", body: message, author: name, client_id });
  }
  return [201, { conversation_token: "standin", auto_reply: autoReply }];
}

async function fields(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const type = request.headers["content-type"] ?? "";
  if (!type.startsWith("multipart/")) return JSON.parse(body.toString() || "{}");
  const form = await new Response(body, { headers: { "Content-Type": type } }).formData();
  const files = await Promise.all(form.getAll("files").map(async (part) => ({ part, bytes: Buffer.from(await part.arrayBuffer()) })));
  return { message: form.get("message"), client_id: form.get("client_id"), files };
}

function attach(files) {
  return files.map(({ part, bytes }) => {
    const id = rows.files.push(bytes.toString("base64"));
    return { id, filename: part.name, content_type: part.type, size: bytes.length, url: `files/0/${id}` };
  });
}

async function chat(request, url) {
  const key = request.headers["x-site-key"] ?? url.searchParams.get("site_key");
  if (key !== siteKey) return [401, { error: "Invalid API key" }];
  const [, token, act] = url.pathname.match(/^\/api\/v1\/chat\/conversations\/([^/]+)\/(.+)$/) ?? [];
  if (url.pathname.endsWith("/config")) return [200, config];
  if (!token) return start(await fields(request));
  const conversation = ofToken(token);
  if (!conversation) return [404, { error: "Conversation not found" }];
  const after = Number(url.searchParams.get("after") ?? 0);
  if (act === "messages" && request.method === "GET") return [200, conversation.messages.filter(({ seq }) => seq > after)];
  if (act.startsWith("files/")) return [200, Buffer.from(rows.files[act.split("/")[2] - 1], "base64"), "application/octet-stream"];
  if (act !== "messages") return [200, {}];
  const { message, client_id, files = [] } = await fields(request);
  return [201, { status: "ok", ...receipt(post(conversation, { direction: "inbound", body: message, author: conversation.name, client_id, attachments: attach(files) })) }];
}

async function agent(request, url) {
  if (request.headers["x-api-key"] !== liveKey) return [401, { error: "unauthorized" }];
  const conversation = rows.conversations.find(({ id }) => url.pathname.includes(`/${id}/`));
  if (url.pathname === "/v2/conversations") return [200, { data: rows.conversations.map(({ id, name }) => ({ id, subject: name })).reverse() }];
  if (!conversation) return [404, { error: "not_found" }];
  if (request.method === "GET") return [200, { data: conversation.messages.map(({ body }) => ({ content: body })) }];
  const body = await fields(request);
  if (url.pathname.endsWith("/message")) return [201, post(conversation, { direction: "outbound", body: body.content, author: "Sarah" })];
  tell(conversation, body.frame);
  return [200, {}];
}

function asset(pathname) {
  const path = dist + (pages[pathname] ?? pathname);
  if (pathname.includes("..") || !existsSync(path)) return [404, { error: "Not found" }];
  const text = readFileSync(path, "utf8").replace("__SITE_KEY__", siteKey);
  return [200, Buffer.from(text), types[extname(path)]];
}

async function answer(request) {
  const url = new URL(request.url, "http://localhost");
  if (url.pathname.startsWith("/api/v1/chat")) return chat(request, url);
  if (url.pathname.startsWith("/v2")) return agent(request, url);
  if (url.pathname === "/readyz") return [200, {}];
  return asset(url.pathname);
}

const policy = (path) =>
  path.startsWith("/widget")
    ? "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self' ws: wss:; font-src 'self'; base-uri 'none'; form-action 'none'"
    : "default-src 'self'; script-src 'self'; img-src 'self' data:";

function serve() {
  const server = createServer(async (request, response) => {
    const [status, body, type = "application/json"] = await answer(request);
    response.writeHead(status, { "Content-Type": type, "Content-Security-Policy": policy(request.url) });
    response.end(Buffer.isBuffer(body) ? body : JSON.stringify(body));
  });
  server.on("upgrade", (request, socket) => {
    const connection = accept(request, socket);
    const peer = { connection, conversation: null };
    peers.add(peer);
    socket.on("close", () => peers.delete(peer));
    connection.onText = (text) => receive(peer, JSON.parse(text));
  });
  server.listen(port);
}

function receive(peer, frame) {
  const { connection, conversation } = peer;
  if (frame.type === "ping") connection.send({ type: "pong" });
  if (frame.type === "send") {
    const entry = { direction: "inbound", body: frame.message, author: conversation.name, client_id: frame.client_id };
    connection.send({ type: "ack", client_id: frame.client_id, ...receipt(post(conversation, entry)) });
  }
  if (frame.type !== "hello") return;
  peer.conversation = ofToken(frame.visitor_token) ?? null;
  if (frame.site_key !== siteKey || !peer.conversation) return connection.close(frame.site_key === siteKey ? 4404 : 4401);
  const { messages } = peer.conversation;
  connection.send({ type: "welcome", seq: messages.length, status: "open", heartbeat: 25 });
  for (const message of messages.slice(frame.after)) connection.send({ type: "message", message });
}

mkdirSync("data", { recursive: true });
if (process.argv[2] === "serve") serve();
else console.log(JSON.stringify({ account_id: "1", site_key: siteKey, live_key: liveKey }));
