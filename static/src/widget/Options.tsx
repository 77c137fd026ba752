import { useEffect, useRef, useState } from "preact/hooks";
import { useSay, useStore } from "./context.js";
import { Icon, type IconName } from "./icons.js";

/** What one can do with a conversation: hear it, be notified, take it along. */
export function Options() {
  const say = useSay();
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useAway(place, open, (focus) => {
    setOpen(false);
    if (focus) button.current?.focus();
  });
  return (
    <div class="options" ref={place}>
      <button ref={button} type="button" class="quiet" aria-label={say("options")} aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="more" />
      </button>
      {open && <List />}
    </div>
  );
}

function List() {
  const { news, config, snapshot, client } = useStore();
  const say = useSay();
  return (
    <div class="popup" role="group" aria-label={say("options")}>
      <Switch icon="sound" label={say("sound")} on={news.sound.value} turn={(on) => news.setSound(on)} />
      {config.value?.push && client.pushable && <Notify />}
      {config.value?.transcript && snapshot.value.messages.length > 0 && <Transcript />}
    </div>
  );
}

function Switch({ icon, label, on, turn }: { icon: IconName; label: string; on: boolean; turn: (on: boolean) => void }) {
  return (
    <button type="button" role="switch" aria-checked={on} onClick={() => turn(!on)}>
      <Icon name={icon} />
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
      <Switch icon="bell" label={say("notify")} on={news.push.value} turn={turn} />
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
        <Icon name={told === "sent" ? "tick" : "mail"} />
        <span>{say("transcript")}</span>
      </button>
      <p class="hint" role="status">
        {told === "sent" && say("transcriptSent")}
        {told === "failed" && say("rateFailed")}
      </p>
    </>
  );
}

/** Ends a popup by Escape, by a click elsewhere, or when the focus moves on. */
export function useAway(place: { current: HTMLElement | null }, open: boolean, end: (focus: boolean) => void): void {
  useEffect(() => {
    const box = place.current;
    if (!open || !box) return;
    const inside = (target: EventTarget | null) => target instanceof Node && box.contains(target);
    const key = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      // Escape closes one thing at a time.
      event.stopImmediatePropagation();
      end(true);
    };
    const press = (event: Event) => inside(event.target) || end(false);
    const focus = (event: FocusEvent) => event.relatedTarget && !inside(event.relatedTarget) && end(false);
    document.addEventListener("keydown", key, true);
    document.addEventListener("pointerdown", press, true);
    box.addEventListener("focusout", focus);
    return () => {
      document.removeEventListener("keydown", key, true);
      document.removeEventListener("pointerdown", press, true);
      box.removeEventListener("focusout", focus);
    };
  }, [open]);
}
