import { useSay } from "./context.js";
import { Header } from "./Header.js";
import { later, type Waiting } from "./Later.js";

/*
 * What the frame shows, in two parts, each with its own styles: what a visitor meets first, and the
 * conversation. Who is new needs the one, who comes back the other.
 */
const start = () => import("./start.js");

/** What is shown where a part will be, once it is there. */
const placeOf = (title: "help" | null, trouble: "helpFailed" | "unreachable") =>
  function Place({ failed, retry }: Waiting) {
    const say = useSay();
    return (
      <>
        <Header {...(title && { title: say(title) })} />
        <div class="notice loading" role="status">
          {failed ? <p>{say(trouble)}</p> : <i class="spinner" />}
          {failed && <button type="button" class="link" onClick={retry}>{say("retry")}</button>}
        </div>
      </>
    );
  };

export const Talk = later(async () => (await import("./Conversation.js")).Conversation, placeOf(null, "unreachable"));
export const Home = later(async () => (await start()).Home, placeOf(null, "unreachable"));
export const Start = later(async () => (await start()).Form, placeOf(null, "unreachable"));
export const Help = later(async () => (await start()).Help, placeOf("help", "helpFailed"));
export const Reader = later(async () => (await start()).Reader, placeOf("help", "helpFailed"));
