import { useEffect, useRef, useState } from "preact/hooks";
import { useSay } from "./context.js";
import "./css/emoji.css";
import { findSigns, groups, type Sign } from "./emojis.js";
import { searchLine } from "./drawings/frame.js";
import { Icon } from "./icons.js";

const columns = 8;

/** Groups as tabs, signs as a grid; arrows walk through both, Enter chooses, Escape closes, letters search. */
export function Emoji({ put }: { put: (sign: string) => void }) {
  const say = useSay();
  const [question, setQuestion] = useState("");
  const [group, setGroup] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const { name, signs } = groups[group] ?? groups[0]!;
  const found = question.trim() ? findSigns(question, say) : null;
  const search = (event: KeyboardEvent) => {
    const letter = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
    // What is typed among the signs lands in the field.
    if (letter && event.target !== field.current) field.current?.focus();
  };
  return (
    <div class="popup emoji" onKeyDown={search}>
      <Search field={field} question={question} ask={setQuestion} found={found} put={put} />
      {found ? (
        <Signs label={say("emojiSearch")} signs={found} put={put} />
      ) : (
        <>
          <Tabs group={group} set={setGroup} />
          <Signs key={name} tab={`tab-${name}`} signs={signs} put={put} />
        </>
      )}
    </div>
  );
}

interface SearchProps {
  field: { current: HTMLInputElement | null };
  question: string;
  ask: (question: string) => void;
  found: readonly Sign[] | null;
  put: (sign: string) => void;
}

/** Enter takes the first sign that was found, the arrow down goes to it. */
function Search({ field, question, ask, found, put }: SearchProps) {
  const say = useSay();
  const key = (event: KeyboardEvent) => {
    const [first] = found ?? [];
    if (event.key === "Enter" && !event.isComposing && first) put(first.sign);
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    document.getElementById("signs")?.querySelector("button")?.focus();
  };
  return (
    <div class="search">
      <Icon line={searchLine} />
      <input ref={field} type="search" value={question} maxLength={40} aria-label={say("emojiSearch")} placeholder={say("emojiSearch")} onInput={(event) => ask(event.currentTarget.value)} onKeyDown={key} />
      <p class="hint" role="status">
        {found?.length === 0 && say("emojiNone")}
      </p>
    </div>
  );
}

function Tabs({ group, set }: { group: number; set: (group: number) => void }) {
  const say = useSay();
  return (
    <div role="tablist" aria-label={say("emoji")} onKeyDown={(event) => walk(event, groups.length, 1, set)}>
      {groups.map((entry, i) => (
        <button
          key={entry.name}
          type="button"
          role="tab"
          id={`tab-${entry.name}`}
          aria-selected={i === group}
          aria-controls="signs"
          aria-label={say(entry.name)}
          tabIndex={i === group ? 0 : -1}
          onClick={() => set(i)}
        >
          {entry.signs[0]?.sign}
        </button>
      ))}
    </div>
  );
}

/** The signs of a tab, or those that a search has found. */
function Signs({ tab, label, signs, put }: { tab?: string; label?: string; signs: readonly Sign[]; put: (sign: string) => void }) {
  const [at, setAt] = useState(0);
  const place = useRef<HTMLDivElement>(null);
  const reached = Math.min(at, signs.length - 1);
  useEffect(() => {
    // Whoever chose the group by the keyboard, or searches, stays there; who opens the picker goes on with the signs.
    if (!document.activeElement?.closest("[role=tablist],.search")) place.current?.querySelector("button")?.focus();
  }, []);
  return (
    <div
      ref={place}
      id="signs"
      role={tab ? "tabpanel" : "group"}
      {...(tab ? { "aria-labelledby": tab } : { "aria-label": label })}
      class="signs"
      onKeyDown={(event) => walk(event, signs.length, columns, setAt)}
    >
      {signs.map(({ sign }, i) => (
        <button key={sign} type="button" tabIndex={i === reached ? 0 : -1} onClick={() => put(sign)} onFocus={() => setAt(i)}>
          {sign}
        </button>
      ))}
    </div>
  );
}

/** Moves the focus among the buttons of a group by arrows, Home and End. */
function walk(event: KeyboardEvent, count: number, row: number, set: (index: number) => void): void {
  const box = event.currentTarget as HTMLElement;
  const buttons = [...box.querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
  const onward = getComputedStyle(box).direction === "rtl" ? -1 : 1;
  const steps: Record<string, number> = {
    ArrowRight: at + onward,
    ArrowLeft: at - onward,
    ArrowDown: at + row,
    ArrowUp: at - row,
    Home: 0,
    End: count - 1,
  };
  const next = steps[event.key];
  if (next === undefined || at < 0) return;
  event.preventDefault();
  const index = Math.min(count - 1, Math.max(0, next));
  set(index);
  buttons[index]?.focus();
}
