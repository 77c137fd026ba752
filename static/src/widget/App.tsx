import { useEffect } from "preact/hooks";
import { inkOn } from "../shared/bridge.js";
import { Composer } from "./Composer.js";
import { ConnectionLine } from "./ConnectionLine.js";
import { StoreContext, useSay, useStore } from "./context.js";
import { Form } from "./Form.js";
import { Header } from "./Header.js";
import { Log } from "./Log.js";
import { Rating } from "./Rating.js";
import type { Store } from "./store.js";

/** The whole frame. */
export const App = ({ store }: { store: Store }) => (
  <StoreContext.Provider value={store}>
    <Frame />
  </StoreContext.Provider>
);

function Frame() {
  const store = useStore();
  const { words, color, snapshot, trouble } = store;
  const { locale, direction } = words.value;
  useDocument(locale, direction, store.config.value?.name || words.value.say("title"));
  useEscape();
  const style = { "--accent": color.value, "--on-accent": inkOn(color.value) };
  const refused = trouble.value === "refused" || snapshot.value.phase === "refused";
  return (
    <main style={style} dir={direction} lang={locale}>
      <Header />
      {refused ? <Notice text="refused" /> : <Content />}
    </main>
  );
}

/** A conversation that exists is shown even before the site's configuration is. */
function Content() {
  const { snapshot, config, trouble } = useStore();
  const { phase } = snapshot.value;
  if (phase === "talking" || phase === "starting") return <Conversation />;
  if (config.value) return <Form />;
  return <Notice text={trouble.value === "unreachable" ? "unreachable" : "loading"} />;
}

function Conversation() {
  const { snapshot } = useStore();
  const say = useSay();
  const { status, survey } = snapshot.value;
  return (
    <>
      <ConnectionLine />
      <Log />
      <Rating />
      {status !== "open" && !survey && <p class="closed">{say("closed")}</p>}
      <Composer />
    </>
  );
}

function Notice({ text }: { text: "refused" | "unreachable" | "loading" }) {
  const say = useSay();
  return (
    <div class={`notice ${text}`} role="status">
      <p>{say(text)}</p>
    </div>
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
      if (event.key === "Escape" && !event.isComposing && !inner) store.close();
    };
    document.addEventListener("keydown", close);
    return () => document.removeEventListener("keydown", close);
  }, [store]);
}
