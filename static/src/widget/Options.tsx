import { useRef, useState } from "preact/hooks";
import { useAway } from "./away.js";
import { useSay } from "./context.js";
import { moreLine } from "./drawings/talk.js";
import { Icon } from "./icons.js";
import { later } from "./Later.js";

const List = later(async () => (await import("./OptionList.js")).OptionList, () => null);

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
        <Icon line={moreLine} />
      </button>
      {open && <List />}
    </div>
  );
}
