import { AssistantBar } from "./AssistantBar.js";
import { Composer } from "./Composer.js";
import { ConnectionLine } from "./ConnectionLine.js";
import { useSay, useStore } from "./context.js";
import { Header } from "./Header.js";
import { Log } from "./Log.js";
import { NotifyLine } from "./NotifyLine.js";
import { Rating } from "./Rating.js";

/** What was said, and where the visitor writes. */
export function Conversation() {
  const { snapshot } = useStore();
  const say = useSay();
  const { status, survey, phase } = snapshot.value;
  const blocked = phase === "refused";
  return (
    <>
      <Header />
      <ConnectionLine />
      <Log />
      <Rating />
      {status !== "open" && !survey && !blocked && <p class="closed">{say("closed")}</p>}
      <NotifyLine />
      <AssistantBar />
      {blocked ? <p class="closed blocked" role="status">{say("blocked")}</p> : <Composer />}
    </>
  );
}
