import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { paletteOf } from "./color.js";
import { StoreContext, useSay, useStore } from "./context.js";
import { Header } from "./Header.js";
import { Help, Home, Reader, Start, Talk } from "./parts.js";
import { watchSignals } from "./signal.js";
import type { Store } from "./store.js";

/** The whole frame. */
export const App = ({ store }: { store: Store }) => (
  <StoreContext.Provider value={store}>
    <Frame />
  </StoreContext.Provider>
);

function Frame() {
  const store = useStore();
  const [, draw] = useState({});
  // Right after the first drawing: a change before that would be missed.
  useLayoutEffect(() => watchSignals(() => draw({})), []);
  const { words, look, snapshot, trouble, config } = store;
  const { locale, direction } = words.value;
  const name = config.value?.name || words.value.say("title");
  const { unread } = snapshot.value;
  useDocument(locale, direction, unread > 0 ? `(${unread}) ${name}` : name);
  useEscape();
  // Who was shut out of a conversation still reads it, and why nothing can be written.
  const { phase, messages } = snapshot.value;
  const refused = trouble.value === "refused" || (phase === "refused" && messages.length === 0);
  const style = { ...paletteOf(look.value.color), "--round": `${look.value.radius}px` };
  return (
    <main style={style} dir={direction} lang={locale}>
      {refused ? <Turned text="refused" /> : <Content />}
    </main>
  );
}

/** A conversation that exists is shown even before the site's configuration is; nothing is before there are words. */
function Content() {
  const { snapshot, config, trouble, route, spoken } = useStore();
  const { phase, place: at } = snapshot.value;
  const place = route.place.value;
  const unknown = <Turned text={trouble.value === "unreachable" ? "unreachable" : "loading"} />;
  if (!spoken) return unknown;
  if (place.screen === "article") return <Reader id={place.id} />;
  if (place.screen === "help") return <Help />;
  if (place.screen === "home" && config.value) return <Home />;
  if (phase !== "fresh") return <Talk key={at} />;
  return config.value ? <Start key={at} /> : unknown;
}

/** Nothing to talk in: it loads, it cannot be reached, or the visitor was turned away. */
function Turned({ text }: { text: "refused" | "unreachable" | "loading" }) {
  const { config } = useStore();
  const say = useSay();
  return (
    <>
      <Header title={config.value?.name || say("title")} />
      <div class={`notice ${text}`} role="status">
        {text === "loading" ? <i class="spinner" /> : <i class="face" aria-hidden="true" />}
        <p>{say(text)}</p>
      </div>
    </>
  );
}

/** The document says its language too, for hyphenation, fonts and screen readers. */
function useDocument(locale: string, direction: string, title: string): void {
  useEffect(() => {
    Object.assign(document.documentElement, { lang: locale, dir: direction });
    document.title = title;
  }, [locale, direction, title]);
}

/** Escape closes the panel, unless it closes something inside it. */
function useEscape(): void {
  const store = useStore();
  useEffect(() => {
    const close = (event: KeyboardEvent) => {
      const inner = document.querySelector("dialog[open]");
      if (event.key === "Escape" && !event.isComposing && event.keyCode !== 229 && !inner) store.close();
    };
    document.addEventListener("keydown", close);
    return () => document.removeEventListener("keydown", close);
  }, [store]);
}
