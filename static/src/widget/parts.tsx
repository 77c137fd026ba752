import { useSay } from "./context.js";
import { Header } from "./Header.js";
import { later, type Waiting } from "./Later.js";

/*
 * What the frame shows, in two parts, each with its own styles: what a visitor meets first, and the
 * conversation. Who is new needs the one, who comes back the other.
 */
const start = () => import("./start.js");

/** What is shown where a part will be, once it is there. */
const placeOf = (help: boolean) =>
  function Place({ failed, retry }: Waiting) {
    const say = useSay();
    return (
      <>
        <Header {...(help && { title: say("help") })} />
        <div class="notice loading" role="status">
          {failed ? <p>{say(help ? "helpFailed" : "unreachable")}</p> : <i class="spinner" />}
          {failed && <button type="button" class="link" onClick={retry}>{say("retry")}</button>}
        </div>
      </>
    );
  };
const Place = placeOf(false);
const HelpPlace = placeOf(true);

export const Talk = later(async () => (await import("./Conversation.js")).Conversation, Place);
export const Home = later(async () => (await start()).Home, Place);
export const Start = later(async () => (await start()).Form, Place);
export const Help = later(async () => (await start()).Help, HelpPlace);
export const Reader = later(async () => (await start()).Reader, HelpPlace);
