// A stage for the widget's looks: the built files and a scripted chat surface, both inside the browser's
// own network, so that any state can be had at once, without a server and without waiting for one.
import { existsSync, readFileSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

const dist = fileURLToPath(new URL("../dist", import.meta.url));
const types = { ".js": "text/javascript", ".css": "text/css", ".html": "text/html; charset=utf-8" };
const siteKey = "pk_stage";
const pages = { "/widget": "/widget/index.html", "/configure": "/configurator/index.html", "/demo": "/demo/index.html" };
/** Where everything is served. A secure address, as the true ones are. */
export const origin = "https://stage.test";

const page = ({ language, attributes = "" }) => `<!doctype html><html lang="${language}"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Stage</title><style>html{color-scheme:light dark;background:#eef0f3}@media(prefers-color-scheme:dark){html{background:#0c0e11}}</style>
<main><h1 style="font:600 2rem system-ui;padding:2rem;color:#5a616d">Stage</h1></main>
<script src="/widget.js" data-site-key="${siteKey}" ${attributes} async></script></html>`;

/** Opens a page with the widget in one state, and the panel with it. */
export async function enter(context, state, { language = "en", open = true, attributes = "", path = "/" } = {}) {
  const view = await context.newPage();
  const script = { ...state, config: { ...usual, ...state.config } };
  await remember(view, state.remembers ?? {});
  await view.route(`${origin}/**`, (route) => answer(route, script, { language, attributes }));
  await view.routeWebSocket(/\/api\/v1\/chat\/ws/, (socket) => talk(socket, script));
  const errors = [];
  view.on("pageerror", (error) => errors.push(String(error)));
  await view.goto(origin + path);
  if (open) await view.locator("#parley button").click();
  const chat = view.frameLocator("iframe");
  return { page: view, chat, errors, state: script };
}

/** What the visitor's browser knows from before. */
async function remember(view, kept) {
  const texts = Object.entries(kept).map(([name, text]) => [`parley:${siteKey}:${name}`, text]);
  await view.addInitScript((entries) => {
    localStorage.clear();
    for (const [name, text] of entries) localStorage.setItem(name, text);
  }, texts);
}

const json = (body, status = 200, headers = {}) => ({ status, headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(body) });

async function answer(route, script, host) {
  const { pathname, searchParams } = new URL(route.request().url());
  if (pathname.startsWith("/api/v1/chat")) return route.fulfill(await api(route.request(), pathname, searchParams, script));
  if (pathname === "/") return route.fulfill({ contentType: types[".html"], body: page(host) });
  const file = pages[pathname] ?? pathname;
  if (!existsSync(dist + file)) return route.fulfill({ status: 404, body: "" });
  const body = readFileSync(dist + file, "utf8").replaceAll("__SITE_KEY__", siteKey).replace("__PUBLIC_URL__", "https://chat.example.com");
  return route.fulfill({ contentType: types[extname(file)], headers: { "Access-Control-Allow-Origin": "*" }, body });
}

async function api(request, pathname, query, { config, messages = [], articles = [], answers = {}, pictures = {} }) {
  const known = Object.entries(answers).find(([end]) => `${request.method()} ${pathname}`.endsWith(end));
  if (known) return typeof known[1] === "function" ? known[1](request) : known[1];
  if (pathname.endsWith("/config")) return json(config);
  if (pathname.endsWith("/articles")) {
    const asked = (query.get("q") ?? "").toLowerCase();
    const found = articles.filter(({ title, content }) => `${title} ${content}`.toLowerCase().includes(asked));
    return json({ articles: found.map(({ content, ...entry }) => entry), has_more: false });
  }
  if (pathname.includes("/articles/")) {
    const article = articles.find(({ id }) => pathname.endsWith(`/${id}`));
    return article ? json(article) : json({ error: "Not found" }, 404);
  }
  if (pathname.includes("/files/")) return { status: 200, contentType: "image/svg+xml", body: pictures[pathname.split("/").at(-1)] ?? "" };
  if (pathname.endsWith("/messages") && request.method() === "GET") return json(messages.slice(Number(query.get("after") ?? 0)));
  if (pathname.endsWith("/conversations")) return json({ conversation_token: "stage", auto_reply: null }, 201);
  return json({ status: "ok" });
}

/** The socket of a state: its welcome, its messages, then what else it says. */
function talk(socket, { messages = [], welcome = {}, frames = [] }) {
  const send = (frame) => socket.send(JSON.stringify(frame));
  socket.onMessage((text) => {
    const frame = JSON.parse(String(text));
    if (frame.type === "ping") send({ type: "pong" });
    if (frame.type === "send") send({ type: "error", error: "Try over HTTP", client_id: frame.client_id });
    if (frame.type !== "hello") return;
    send({ type: "welcome", seq: messages.length, status: "open", heartbeat: 25, ...welcome });
    for (const message of messages.slice(frame.after)) send({ type: "message", message });
    for (const said of frames) send(said);
  });
}

/** What a site says of itself where a state says nothing else. */
export const usual = {
  greeting: "Hi there! How can we help?",
  name: "Morrow & Clay",
  theme: { color: "#3b5bdb", position: "right" },
  locale: "",
  online: true,
  office_hours: { enabled: true, open: true, next_open: null },
  prechat: { fields: [] },
  uploads: { max_bytes: 10485760, max_files: 5, types: [] },
  assistant: null,
  identity_required: false,
  survey: true,
  team: [],
  transcript: true,
  push: null,
  articles: false,
};
