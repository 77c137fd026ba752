import { useState } from "preact/hooks";
import { useSay, useStore } from "./context.js";
import "./css/options.css";
import { tickLine } from "./drawings/frame.js";
import { bellLine, mailLine, soundLine, windowLine } from "./drawings/options.js";
import { Icon } from "./icons.js";
import { popOut } from "./popout.js";

/** There before it is wanted: some browsers let only that be heard what begins in the click itself. */
let chime: () => unknown = () => {};
void import("./sound.js").then((sound) => (chime = () => sound.chime().catch(() => {}))).catch(() => {});

/** What can be switched and done, each where it can work. */
export function OptionList() {
  const { news, config, snapshot, client, embedded } = useStore();
  const say = useSay();
  // It is played once, so that the visitor knows it.
  const turn = (on: boolean) => {
    news.setSound(on);
    if (on) chime();
  };
  return (
    <div class="popup" role="group" aria-label={say("options")}>
      <Switch line={soundLine} label={say("sound")} on={news.sound.value} turn={turn} />
      {config.value?.push && client.pushable && <Notify />}
      {embedded && <Window />}
      {config.value?.transcript && snapshot.value.messages.length > 0 && <Transcript />}
    </div>
  );
}

function Switch({ line, label, on, turn }: { line: string; label: string; on: boolean; turn: (on: boolean) => void }) {
  return (
    <button type="button" role="switch" aria-checked={on} onClick={() => turn(!on)}>
      <Icon line={line} turns={line === soundLine} />
      <span>{label}</span>
      <i class="toggle" />
    </button>
  );
}

function Notify() {
  const store = useStore();
  const say = useSay();
  const { news } = store;
  const [blocked, setBlocked] = useState(false);
  const turn = async (on: boolean) => setBlocked((await store.notify(on)) === "denied");
  return (
    <>
      <Switch line={bellLine} label={say("notify")} on={news.push.value} turn={turn} />
      {blocked && <p class="hint" role="status">{say("notifyBlocked")}</p>}
    </>
  );
}

/** The browser may block the window; then the visitor can allow it and try again. */
function Window() {
  const store = useStore();
  const say = useSay();
  const [blocked, setBlocked] = useState(false);
  const open = () => {
    const opened = popOut(store.handover);
    setBlocked(!opened);
    if (opened) store.close();
  };
  return (
    <>
      <button type="button" onClick={open}>
        <Icon line={windowLine} />
        <span>{say("popOut")}</span>
      </button>
      <p class="hint" role="status">{blocked && say("rateFailed")}</p>
    </>
  );
}

function Transcript() {
  const { client } = useStore();
  const say = useSay();
  const [told, setTold] = useState<"" | "sent" | "failed">("");
  const ask = async () => {
    const { ok } = await client.transcript();
    setTold(ok ? "sent" : "failed");
  };
  return (
    <>
      <button type="button" onClick={ask}>
        <Icon line={told === "sent" ? tickLine : mailLine} />
        <span>{say("transcript")}</span>
      </button>
      <p class="hint" role="status">
        {told === "sent" && say("transcriptSent")}
        {told === "failed" && say("rateFailed")}
      </p>
    </>
  );
}
