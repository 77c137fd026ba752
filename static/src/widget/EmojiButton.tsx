import { useRef, useState } from "preact/hooks";
import { useAway } from "./away.js";
import { useSay } from "./context.js";
import { smileLine } from "./drawings/talk.js";
import { Icon } from "./icons.js";
import { later } from "./Later.js";

const Picker = later(async () => (await import("./Emoji.js")).Emoji, () => null);

/** Opens the picker, which is fetched when it is first wanted. */
export function EmojiButton({ put }: { put: (sign: string) => void }) {
  const say = useSay();
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = (focus: boolean) => {
    setOpen(false);
    if (focus) button.current?.focus();
  };
  useAway(place, open, close);
  return (
    <div class="emoji-place" ref={place}>
      <button ref={button} type="button" class="quiet" aria-label={say("emoji")} aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon line={smileLine} />
      </button>
      {open && <Picker put={put} />}
    </div>
  );
}
