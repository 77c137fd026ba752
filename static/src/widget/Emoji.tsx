import { useEffect, useRef, useState } from "preact/hooks";
import { useSay } from "./context.js";
import type { Key } from "./i18n/en.js";

/** The signs themselves, drawn by the visitor's system. The first of each group stands for it. */
const groups: { name: Key; signs: string[] }[] = [
  { name: "emojiFaces", signs: "🙂 😀 😄 😁 😅 😂 🤣 😊 😇 😉 😍 🥰 😘 😋 😜 🤪 🤗 🤔 🤨 😐 😏 🙄 😬 😌 😴 🤒 🤯 🥳 😎 🤓 😕 😟 🙁 😮 😳 🥺 😢 😭 😱 😤 😡 🤬 😈 💀 🤡 👻 🤖 🫠".split(" ") },
  { name: "emojiHands", signs: "👋 👍 👎 👌 🤌 ✌️ 🤞 🤟 🤙 👈 👉 👆 👇 ✋ 👏 🙌 🫶 🤝 🙏 ✍️ 💪 👀 🧠 👶 🧒 👩 👨 🧑 👵 👴 🙋 🤷 🤦 🙇 💁 👩‍💻".split(" ") },
  { name: "emojiNature", signs: "🐶 🐱 🐭 🐰 🦊 🐻 🐼 🐨 🐯 🦁 🐮 🐷 🐸 🐵 🐔 🐧 🦉 🐝 🦋 🐢 🐙 🐬 🌵 🌲 🌱 🍀 🌷 🌻 🌈 ☀️ ⛅ 🌧️ ❄️ 🔥 🌊 ⭐".split(" ") },
  { name: "emojiFood", signs: "🍎 🍐 🍊 🍋 🍌 🍉 🍇 🍓 🫐 🍒 🥝 🍅 🥑 🥦 🥕 🌽 🍞 🥐 🧀 🥚 🍔 🍟 🍕 🌮 🍜 🍣 🍦 🍰 🍫 🍪 ☕ 🍵 🥤 🍺 🍷 🥂".split(" ") },
  { name: "emojiThings", signs: "💡 📱 💻 ⌚ 📷 🎧 🎁 🎉 🎈 🏆 ⚽ 🏀 🎮 🎵 🚗 🚲 ✈️ 🚀 🏠 🏢 📦 🛒 💳 💰 📧 📞 📎 ✏️ 📅 🔑 🔒 🔧 ⏰ 🗑️ 📄 📊".split(" ") },
  { name: "emojiSigns", signs: "❤️ 🧡 💛 💚 💙 💜 🖤 🤍 💔 💯 ✅ ❌ ❓ ❗ ⚠️ 🚫 ➕ ➖ ♻️ ✨ 💫 💥 💤 💬 ⬆️ ⬇️ ⬅️ ➡️ 🔄 🔍 🆗 🆕 🔝 🏁 🚩 ♾️".split(" ") },
];

const columns = 8;

/** Groups as tabs, signs as a grid; arrows walk through both, Enter chooses, Escape closes. */
export function Emoji({ put }: { put: (sign: string) => void }) {
  const say = useSay();
  const [group, setGroup] = useState(0);
  const { name, signs } = groups[group] ?? groups[0]!;
  return (
    <div class="popup emoji">
      <div role="tablist" aria-label={say("emoji")} onKeyDown={(event) => walk(event, groups.length, 1, setGroup)}>
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
            onClick={() => setGroup(i)}
          >
            {entry.signs[0]}
          </button>
        ))}
      </div>
      <Signs key={name} name={name} signs={signs} put={put} />
    </div>
  );
}

function Signs({ name, signs, put }: { name: Key; signs: readonly string[]; put: (sign: string) => void }) {
  const [at, setAt] = useState(0);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Whoever chose the group by the keyboard stays in the tabs; who opens the picker goes on with the signs.
    if (!document.activeElement?.closest("[role=tablist]")) place.current?.querySelector("button")?.focus();
  }, []);
  return (
    <div ref={place} id="signs" role="tabpanel" aria-labelledby={`tab-${name}`} onKeyDown={(event) => walk(event, signs.length, columns, setAt)}>
      {signs.map((sign, i) => (
        <button key={sign} type="button" tabIndex={i === at ? 0 : -1} onClick={() => put(sign)} onFocus={() => setAt(i)}>
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
