import type { ComponentChildren } from "preact";
import { Avatar, type Face } from "./Avatar.js";
import { useOnline, useSay, useStore } from "./context.js";
import { availability } from "./hours.js";
import { backLine, closeLine } from "./drawings/frame.js";
import { Icon } from "./icons.js";

/** Above every place but the start page: the way back, who one talks to, what can be done there, the way out. */
export function Header({ title, children }: { title?: string; children?: ComponentChildren }) {
  const store = useStore();
  const say = useSay();
  const { screen } = store.route.place.value;
  const home = store.homely || screen !== "talk";
  return (
    <header>
      {home && (
        <button type="button" class="quiet" aria-label={say("back")} onClick={() => store.back()}>
          <Icon line={backLine} turns />
        </button>
      )}
      {title === undefined ? <Partner /> : <h1 class="title" tabIndex={-1}>{title}</h1>}
      {children}
      <Close />
    </header>
  );
}

/** Closes the panel, where there is one. */
export function Close() {
  const store = useStore();
  const say = useSay();
  if (!store.embedded) return null;
  return (
    <button type="button" class="quiet" aria-label={say("close")} onClick={() => store.close()}>
      <Icon line={closeLine} />
    </button>
  );
}

/** Who answers here: the assistant, the person who spoke last, or the site as a whole. */
function Partner() {
  const { config, words, now } = useStoreNow();
  const say = useSay();
  const online = useOnline();
  const face = usePartner();
  const name = config?.name ?? "";
  const state = face?.assistant ? say("assistant") : availability(config, online, now, words);
  const light = face?.assistant ? {} : { online };
  return (
    <>
      <Avatar name={face?.name ?? name} avatar={face?.avatar} assistant={face?.assistant} {...light} />
      <div class="who">
        <h1>
          <bdi>{face?.name || name || say("title")}</bdi>
        </h1>
        <p>{face && !face.assistant && name ? `${name} · ${state}` : state}</p>
      </div>
    </>
  );
}

function useStoreNow() {
  const store = useStore();
  return { config: store.config.value, words: store.words.value, now: store.now() };
}

function usePartner(): Face | null {
  const { snapshot, config } = useStore();
  const { messages, phase, assistantActive } = snapshot.value;
  if (phase !== "talking") return null;
  if (assistantActive) return { name: config.value?.assistant?.name ?? "", assistant: true };
  const last = messages.findLast(({ direction, sender }) => direction === "outbound" && sender !== "assistant" && sender !== "system");
  return last ? { name: last.author, avatar: last.avatar } : null;
}
