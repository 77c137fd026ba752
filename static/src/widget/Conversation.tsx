import { useRef } from "preact/hooks";
import "./css/conversation.css";
import { AssistantBar } from "./AssistantBar.js";
import { Composer } from "./Composer.js";
import { ConnectionLine } from "./ConnectionLine.js";
import { useSay, useStore } from "./context.js";
import { Header } from "./Header.js";
import { later } from "./Later.js";
import { Log } from "./Log.js";
import { Options } from "./Options.js";

const NotifyLine = later(async () => (await import("./NotifyLine.js")).NotifyLine, () => null);
const Rating = later(async () => (await import("./Rating.js")).Rating, () => null);

/** What was said, and where the visitor writes. */
export function Conversation() {
  const { snapshot, client } = useStore();
  const say = useSay();
  const { status, survey, phase } = snapshot.value;
  const blocked = phase === "refused";
  // Once asked for, it stays: after the answer it says thanks.
  const rated = useRef(false);
  rated.current ||= survey;
  return (
    <>
      <Header>{phase === "talking" && <Options />}</Header>
      <ConnectionLine />
      <Log />
      {rated.current && <Rating />}
      {status !== "open" && !survey && !blocked && <p class="closed">{say("closed")}</p>}
      {client.pushable && <NotifyLine />}
      <AssistantBar />
      {blocked ? <p class="closed blocked" role="status">{say("blocked")}</p> : <Composer />}
    </>
  );
}
