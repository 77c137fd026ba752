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

const hostPage = ({ language, attributes = "" }) => `<!doctype html><html lang="${language}"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Stage</title><style>html{color-scheme:light dark;background:#eef0f3}@media(prefers-color-scheme:dark){html{background:#0c0e11}}</style>
<main><h1 style="font:600 2rem system-ui;padding:2rem;color:#5a616d">Stage</h1></main>
<script src="/widget.js" data-site-key="${siteKey}" ${attributes} async></script></html>`;

/** What each page of the stage shows at the moment. */
const scenes = new WeakMap();

/**
 * Opens a page with the widget in one state, and the panel with it. In `view`, a page that stands already,
 * that takes a third of the time.
 */
export async function enter(context, state, { language = "en", open = true, attributes = "", path = "/", view } = {}) {
  const page = view ?? (await build(context));
  const scene = scenes.get(page);
  const errors = [];
  Object.assign(scene, { errors, script: { ...state, config: { ...usual, ...state.config } }, host: { language, attributes } });
  await remember(page, state.remembers ?? {});
  await page.goto(origin + path);
  if (open) await page.locator("parley-chat button").click();
  const chat = page.frameLocator("iframe");
  return { page, chat, errors, state: scene.script };
}

/** A page whose network is the stage. */
async function build(context) {
  const page = await context.newPage();
  const scene = {};
  scenes.set(page, scene);
  await page.route(`${origin}/**`, (route) => answer(route, scene.script, scene.host));
  await page.routeWebSocket(/\/api\/v1\/chat\/ws/, (socket) => talk(socket, scene.script));
  page.on("pageerror", (error) => scene.errors.push(String(error)));
  return page;
}

/** What the visitor's browser knows from before; of a page's several pasts the last one counts. */
async function remember(page, kept) {
  const texts = Object.entries(kept).map(([name, text]) => [`parley:${siteKey}:${name}`, text]);
  await page.addInitScript((entries) => {
    localStorage.clear();
    sessionStorage.clear();
    for (const [name, text] of entries) localStorage.setItem(name, text);
  }, texts);
}

const json = (body, status = 200, headers = {}) => ({ status, headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(body) });

async function answer(route, script, host) {
  const { pathname, searchParams } = new URL(route.request().url());
  if (pathname.startsWith("/api/v1/chat")) return route.fulfill(await api(route.request(), pathname, searchParams, script));
  if (pathname === "/") return route.fulfill({ contentType: types[".html"], body: hostPage(host) });
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
