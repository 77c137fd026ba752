import { useState } from "preact/hooks";
import { useSay, useStore } from "./context.js";
import "./css/options.css";
import { tickLine } from "./drawings/common.js";
import { bellLine, mailLine, soundLine, windowLine } from "./drawings/options.js";
import { Icon } from "./icons.js";
import { popOut } from "./popout.js";

/** What can be switched and done, each where it can work. */
export function OptionList() {
  const store = useStore();
  const { news, config, snapshot, client, embedded } = store;
  const say = useSay();
  return (
    <div class="popup" role="group" aria-label={say("options")}>
      <Switch line={soundLine} label={say("sound")} on={news.sound.value} turn={(on) => news.setSound(on)} />
      {config.value?.push && client.pushable && <Notify />}
      {embedded && (
        <button type="button" onClick={() => popOut(store.handover) && store.close()}>
          <Icon line={windowLine} />
          <span>{say("popOut")}</span>
        </button>
      )}
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
