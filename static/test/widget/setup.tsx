import { render } from "preact";
import { act } from "preact/test-utils";
import { onTestFinished } from "vitest";
import { Client } from "../../src/shared/client.js";
import type { ToHost } from "../../src/shared/bridge.js";
import type { Article } from "../../src/shared/wire.js";
import { App } from "../../src/widget/App.js";
import { loadWords } from "../../src/widget/i18n/index.js";
import { Help, Home, Reader, Start, Talk } from "../../src/widget/parts.js";
import { Store } from "../../src/widget/store.js";
import * as fake from "../fake/setup.js";
import { settle } from "../fake/clock.js";

// As in a browser that has been here before.
await Promise.all([Start, Home, Talk, Help, Reader].map((part) => part.fetch()));
await loadWords("en");

/** The frame, drawn, with a fake server behind it and a host that remembers what it was told. */
export function setup(options: { embedded?: boolean; languages?: string[]; articles?: Article[]; before?: ReturnType<typeof fake.setup> } = {}) {
  const bundle = options.before ?? fake.setup();
  const { clock, server, storage, random } = bundle;
  const told: ToHost[] = [];
  const world = server.world(storage, random);
  const { fetch } = world;
  const library = { articles: options.articles ?? [], asked: [] as string[], down: false };
  world.fetch = (url, init) => (url.includes("/articles") ? shelf(library, new URL(url)) : fetch(url, init));
  const client = new Client({ world, origin: "https://chat.example", siteKey: "site_1" });
  const { embedded = true, languages = ["en"] } = options;
  const store = new Store({ client, world, embedded, languages, host: { tell: (message) => told.push(message) } });
  render(<App store={store} />, document.body);
  onTestFinished(() => {
    render(null, document.body);
    client.stop();
  });

  /** Lets some time pass and everything be drawn. */
  const pass = async (ms = 50) => {
    await act(async () => {
      await clock.advance(ms);
      await settle();
    });
  };
  const frame = {
    ...bundle,
    client,
    store,
    told,
    library,
    pass,
    begin: async () => {
      void store.begin();
      await pass();
    },
    /** Goes as far as a conversation with one message, its panel open. */
    talk: async () => {
      await frame.begin();
      store.receive({ type: "open", page });
      store.start(fake.details);
      await pass();
    },
  };
  return frame;
}

/** The published articles, as the server answers them. */
async function shelf(library: { articles: Article[]; asked: string[]; down: boolean }, { pathname, searchParams }: URL): Promise<Response> {
  library.asked.push(pathname.split("/articles")[1] + searchParams.toString());
  if (library.down) throw new TypeError("Failed to fetch");
  const q = searchParams.get("q") ?? "";
  const one = library.articles.find(({ id }) => pathname.endsWith(`/${id}`));
  if (one) return Response.json(one);
  return Response.json({ articles: library.articles.filter(({ title }) => title.includes(q)), has_more: false });
}

/** The page that the visitor is said to be on. */
export const page = { url: "https://shop.example/bowls", title: "Bowls", referrer: "" };

/** What a person finds by its role and name, or by a selector. */
export const one = <T extends HTMLElement = HTMLElement>(selector: string): T => {
  const found = document.querySelector<T>(selector);
  if (!found) throw new Error(`no ${selector} in ${document.body.innerHTML}`);
  return found;
};
export const texts = (selector: string): string[] => [...document.querySelectorAll(selector)].map((element) => element.textContent ?? "");
export const button = (name: string): HTMLButtonElement => {
  const all = [...document.querySelectorAll("button")];
  const found = all.find((element) => (element.getAttribute("aria-label") ?? element.textContent) === name);
  if (!found) throw new Error(`no button "${name}" among ${all.map((element) => element.textContent || element.getAttribute("aria-label"))}`);
  return found;
};

/** Types into a field, as a person does. */
export async function type(selector: string, text: string): Promise<void> {
  await act(() => {
    const field = one<HTMLInputElement>(selector);
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

/** Clicks, and lets the views follow. */
export const click = (element: HTMLElement): Promise<void> => act(() => element.click());

/** Presses a key in the composer or elsewhere; gives whether the default was left to happen. */
export async function press(selector: string, key: string, more: KeyboardEventInit = {}): Promise<boolean> {
  let left = true;
  await act(() => {
    left = one(selector).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
  });
  return left;
}
