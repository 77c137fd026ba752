import { useSay, useStore } from "./context.js";

/** Asks, once and in one line, whether to notify: only after a first answer, and only where it can work. */
export function NotifyLine() {
  const store = useStore();
  const say = useSay();
  const { config, snapshot, news } = store;
  const answered = snapshot.value.messages.some(({ direction }) => direction === "outbound");
  if (!config.value?.push || news.asked.value || !answered) return null;
  return (
    <div class="bar">
      <p>{say("notifyAsk")}</p>
      <button type="button" class="link" onClick={() => news.setAsked()}>
        {say("notifyNo")}
      </button>
      <button type="button" class="gentle" onClick={() => void store.notify(true)}>
        {say("notifyYes")}
      </button>
    </div>
  );
}
