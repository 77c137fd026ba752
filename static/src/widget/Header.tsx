import { useSay, useStore } from "./context.js";
import { initialOf } from "./format.js";
import { Icon } from "./icons.js";

/** Whether somebody is there: the latest word counts. */
export function useOnline(): boolean {
  const { snapshot, config } = useStore();
  return snapshot.value.online ?? config.value?.online ?? false;
}

/** The site's sign: its initial in its colour, with a light that tells whether somebody is there. */
export const Avatar = ({ name, online }: { name: string; online?: boolean }) => (
  <span class="avatar" aria-hidden="true">
    {initialOf(name) || <Icon name="talk" />}
    {online !== undefined && <i class={online ? "light on" : "light"} />}
  </span>
);

/** Who one talks to, and the way out. */
export function Header() {
  const store = useStore();
  const say = useSay();
  const online = useOnline();
  const name = store.config.value?.name ?? "";
  return (
    <header>
      <Avatar name={name} online={online} />
      <div class="who">
        <h1>
          <bdi>{name || say("title")}</bdi>
        </h1>
        <p>{say(online ? "online" : "away")}</p>
      </div>
      {store.embedded && (
        <button type="button" class="quiet" aria-label={say("close")} onClick={() => store.close()}>
          <Icon name="close" />
        </button>
      )}
    </header>
  );
}
