import type { ComponentType } from "preact";
import { useRef, useState } from "preact/hooks";
import { useSay } from "./context.js";
import { Icon } from "./icons.js";
import { useAway } from "./Options.js";

type Picker = ComponentType<{ put: (sign: string) => void }>;

/** Opens the picker, which is fetched when it is first wanted. */
export function EmojiButton({ put }: { put: (sign: string) => void }) {
  const say = useSay();
  const [open, setOpen] = useState(false);
  const [picker, setPicker] = useState<{ View: Picker } | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = (focus: boolean) => {
    setOpen(false);
    if (focus) button.current?.focus();
  };
  useAway(place, open, close);
  const toggle = async () => {
    setOpen(!open);
    if (picker || open) return;
    const loaded = await import("./Emoji.js").catch(() => null);
    if (loaded) setPicker({ View: loaded.Emoji });
    else setOpen(false);
  };
  return (
    <div class="emoji-place" ref={place}>
      <button ref={button} type="button" class="quiet" aria-label={say("emoji")} aria-expanded={open} onClick={toggle}>
        <Icon name="smile" />
      </button>
      {open && picker && <picker.View put={put} />}
    </div>
  );
}
