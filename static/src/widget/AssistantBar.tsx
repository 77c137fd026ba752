import { useState } from "preact/hooks";
import { useSay, useStore } from "./context.js";
import { sparkLine } from "./drawings/frame.js";
import { personLine } from "./drawings/talk.js";
import { Icon } from "./icons.js";

/** While the assistant answers: what it is, and the way to a person, always in sight. */
export function AssistantBar() {
  const store = useStore();
  const say = useSay();
  const [state, setState] = useState<"" | "asking" | "failed">("");
  const { snapshot, config } = store;
  if (store.awaited) return <p class="bar" role="status">{say("personAsked")}</p>;
  if (!snapshot.value.assistantActive) return null;
  const ask = async () => {
    setState("asking");
    setState((await store.person()) ? "" : "failed");
  };
  return (
    <div class="bar">
      <p>
        <Icon line={sparkLine} />
        <span>{say("assistantHere", { name: config.value?.assistant?.name || say("assistant") })}</span>
      </p>
      <button type="button" class="gentle" disabled={state === "asking"} onClick={ask}>
        <Icon line={personLine} />
        {say("person")}
      </button>
      <p class="problem" role="alert">{state === "failed" && say("rateFailed")}</p>
    </div>
  );
}
