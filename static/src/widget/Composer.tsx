import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { longestMessage } from "../shared/wire.js";
import { useSay, useStore } from "./context.js";
import { EmojiButton } from "./EmojiButton.js";
import { OwnPicture } from "./Files.js";
import { lengthOf } from "./format.js";
import { attachLine, fileLine, removeLine, sendLine } from "./drawings/talk.js";
import { Icon } from "./icons.js";
import { useDrop } from "./drop.js";
import { admit } from "./uploads.js";

/** Where the visitor writes. Enter sends, Shift+Enter begins a new line. */
export function Composer() {
  const store = useStore();
  const say = useSay();
  const { text, write, reset } = useDraft();
  const { files, problem, add, remove, clear } = useFiles();
  const area = useArea(text);
  const dropping = useDrop(add);
  const over = lengthOf(text.trim()) - longestMessage;
  const ready = over <= 0 && (text.trim() !== "" || files.length > 0);

  const send = () => {
    if (!ready) return;
    store.client.send(text.trim(), files);
    reset();
    clear();
    area.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter while an input method composes chooses a word; it does not send. Safari says so by 229 alone.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  };
  const onPaste = (event: ClipboardEvent) => {
    const pasted = [...(event.clipboardData?.files ?? [])];
    if (pasted.length === 0) return;
    event.preventDefault();
    add(pasted);
  };
  return (
    <div class="composer">
      {dropping && <p class="dropping">{say("drop")}</p>}
      <Chosen files={files} remove={remove} />
      <p class="problem" role="alert">
        {over > 0 ? say("tooLong", { n: over }) : problem}
      </p>
      <div class="write">
        <textarea
          ref={area}
          rows={1}
          {...(text ? { dir: "auto" as const } : {})}
          value={text}
          placeholder={say("compose")}
          aria-label={say("message")}
          enterkeyhint="send"
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        <div class="tools">
          <Attach add={add} />
          <EmojiButton put={(sign) => put(area.current, sign, write)} />
          <button type="button" class="send" aria-label={say("send")} aria-disabled={!ready} onClick={send}>
            <Icon line={sendLine} />
          </button>
        </div>
      </div>
    </div>
  );
}

/** Puts a sign where the cursor is, and the cursor behind it. */
function put(area: HTMLTextAreaElement | null, sign: string, write: (text: string) => void): void {
  if (!area) return;
  area.setRangeText(sign, area.selectionStart, area.selectionEnd, "end");
  write(area.value);
}

function Attach({ add }: { add: (files: File[]) => void }) {
  const { config } = useStore();
  const say = useSay();
  const input = useRef<HTMLInputElement>(null);
  const choose = () => {
    add([...(input.current?.files ?? [])]);
    if (input.current) input.current.value = "";
  };
  const accept = config.value?.uploads?.types?.join(",");
  return (
    <>
      <input ref={input} type="file" multiple hidden {...(accept ? { accept } : {})} onChange={choose} />
      <button type="button" class="quiet" aria-label={say("attach")} onClick={() => input.current?.click()}>
        <Icon line={attachLine} />
      </button>
    </>
  );
}

function Chosen({ files, remove }: { files: readonly File[]; remove: (file: File) => void }) {
  const say = useSay();
  if (files.length === 0) return null;
  return (
    <ul class="chosen">
      {files.map((file) => (
        <li key={`${file.name}-${file.lastModified}-${file.size}`}>
          {file.type.startsWith("image/") ? <OwnPicture file={file} /> : <Icon line={fileLine} />}
          <bdi>{file.name}</bdi>
          <button type="button" class="quiet" aria-label={say("detach", { name: file.name })} onClick={() => remove(file)}>
            <Icon line={removeLine} />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** What is being written; the team hears that it is. */
function useDraft() {
  const { client, snapshot } = useStore();
  const [text, setText] = useState(snapshot.value.draft);
  const write = (value: string) => {
    setText(value);
    client.saveDraft(value);
    client.compose(value.trim() !== "");
  };
  return { text, write, reset: () => setText("") };
}

/** The files chosen for the next message, and what is wrong with the last choice. */
function useFiles() {
  const { config, words, chosen, snapshot } = useStore();
  const { place } = snapshot.value;
  const [{ problem }, draw] = useState({ problem: "" });
  const files = () => chosen.get(place) ?? [];
  const choose = (choice: { files: File[]; problem: string }) => {
    chosen.set(place, choice.files);
    draw({ problem: choice.problem });
  };
  return {
    files: files(),
    problem,
    add: (more: File[]) => choose(admit([...files(), ...more], config.value?.uploads, words.value)),
    remove: (file: File) => choose({ files: files().filter((other) => other !== file), problem: "" }),
    clear: () => choose({ files: [], problem: "" }),
  };
}

/** A text area that grows with its text and takes the focus when the panel opens. */
function useArea(text: string) {
  const { open, embedded, route } = useStore();
  const area = useRef<HTMLTextAreaElement>(null);
  const focus = open.value && embedded;
  useLayoutEffect(() => {
    const box = area.current;
    if (!box) return;
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight}px`;
  }, [text, focus]);
  useEffect(() => {
    // A closed panel must not take the focus from the page.
    if (!open.value || (!focus && route.moves.value === 0)) return;
    const lead = route.lead && document.querySelector<HTMLElement>(`[data-lead="${CSS.escape(route.lead)}"]`);
    (lead || area.current)?.focus();
  }, [focus]);
  return area;
}
