import { Button } from "@mantine/core";
import { type DragEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client.js";
import { useDesk } from "../live/LiveProvider.js";
import { useMe } from "../session/me.js";
import { Icon } from "../ui/Icon.js";
import { Lock, MessageCircle, Paperclip } from "../ui/icons.js";
import { composing, useHotkeys } from "../ui/hotkeys.js";
import { Proposals, useProposals } from "./Completion.js";
import { completed, filled, type Trigger, triggerAt, wrapped } from "./completion.js";
import style from "./composer.module.css";
import { Copilot } from "./Copilot.js";
import { type Draft, draftPlace, type Mode, useDraft } from "./drafts.js";
import { DraftFiles } from "./DraftFiles.js";
import { EmojiPicker } from "./EmojiPicker.js";
import { useOutbox, useScope } from "./OutboxProvider.js";
import { useField } from "./field.js";
import { useUploads } from "./uploads.js";

interface ComposerProps {
  conversation: Schemas["Conversation"];
  contact: string;
  mode: Mode;
  setMode: (mode: Mode) => void;
  /** How often something was taken back to be edited: the field has the focus then. */
  edits: number;
}

/** Where an answer or a note is written. */
export function Composer({ conversation, contact, mode, setMode, edits }: ComposerProps) {
  const { t } = useTranslation("conversation");
  const { limits } = useMe();
  const outbox = useOutbox();
  const scope = useScope();
  const [draft, change] = useDraft(scope, conversation.id, mode);
  const field = useField(draft.text);
  const { uploads, add } = useUploads(draftPlace(scope, conversation.id, mode), (file) => change((now) => ({ attachments: [...now.attachments, file] })));
  const writing = useWriting(conversation.id, mode);
  const length = [...draft.text].length;
  const ready = (draft.text.trim() !== "" || draft.attachments.length > 0) && length <= limits.message_length && uploads.length === 0;
  const send = (): void => {
    if (!ready) return;
    outbox.send({ conversation: conversation.id, content: draft.text.trim(), internal: mode === "note", attachments: draft.attachments });
    change({ text: "", attachments: [] });
    writing.stop();
  };
  const insert = (text: string): void => {
    const next = field.inserted(text);
    change({ text: next.text });
    field.select(next.caret);
  };
  useComposerKeys(setMode, field.focus);
  useEffect(() => {
    if (edits > 0) field.toEnd();
  }, [edits]);
  const dropping = useDropping(add);
  return (
    <div className={style.composer} data-mode={mode} {...dropping}>
      <Modes mode={mode} setMode={setMode} focus={field.focus} />
      <Field conversation={conversation} contact={contact} mode={mode} draft={draft} change={change} field={field} send={send} add={add} typed={writing.typed} />
      <DraftFiles files={draft.attachments} uploads={uploads} remove={(id) => change((now) => ({ attachments: now.attachments.filter((file) => file.id !== id) }))} />
      <div className={style.tools}>
        <label className={style.attach} title={t("attach")}>
          <input type="file" multiple className="unseen" aria-label={t("attach")} onChange={(event) => add([...(event.currentTarget.files ?? [])])} onClick={(event) => (event.currentTarget.value = "")} />
          <Icon of={Paperclip} />
        </label>
        <EmojiPicker choose={insert} />
        {mode === "reply" ? <Copilot key={conversation.id} conversation={conversation} empty={draft.text.trim() === ""} use={(text) => change({ text })} focus={field.focus} /> : null}
        <Hint>{length > limits.message_length - 500 ? t("lettersLeft", { count: limits.message_length - length }) : mode === "reply" ? t("composerHint") : t("noteHint")}</Hint>
        <Button className={style.send ?? ""} onClick={send} disabled={!ready} aria-keyshortcuts="Enter">
          {mode === "note" ? t("addNote") : t("send")}
        </Button>
      </div>
    </div>
  );
}

/** What the keys do, each whole or not at all. */
const Hint = ({ children }: { children: string }) => (
  <span className={style.hint}>
    {children.split(" · ").map((part, i) => (
      <span key={part}>{i > 0 ? `\u00a0· ${part}` : part}</span>
    ))}
  </span>
);

function Modes({ mode, setMode, focus }: { mode: Mode; setMode: (mode: Mode) => void; focus: () => void }) {
  const { t } = useTranslation("conversation");
  const pick = (next: Mode) => () => {
    setMode(next);
    focus();
  };
  return (
    <div className={style.modes} role="tablist" aria-label={t("writeTo")}>
      {(["reply", "note"] as const).map((each) => (
        <button key={each} type="button" role="tab" aria-selected={mode === each} className={style.mode} onClick={pick(each)}>
          <Icon of={each === "reply" ? MessageCircle : Lock} size={13} />
          {t(each)}
        </button>
      ))}
    </div>
  );
}

function useComposerKeys(setMode: (mode: Mode) => void, focus: () => void): void {
  const { t } = useTranslation("conversation");
  const write = (mode: Mode) => () => {
    setMode(mode);
    focus();
  };
  useHotkeys([
    { keys: "r", label: t("keyReply"), group: "conversation", run: write("reply") },
    { keys: "n", label: t("keyNote"), group: "conversation", run: write("note") },
  ]);
}

/** Takes files that are dropped; dragged text is the browser's to put in. */
function useDropping(add: (files: Iterable<File>) => void) {
  const [dragging, setDragging] = useState(false);
  return {
    "data-dragging": dragging || undefined,
    onDragOver: (event: DragEvent): void => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      setDragging(true);
    },
    onDragLeave: () => setDragging(false),
    onDrop: (event: DragEvent): void => {
      setDragging(false);
      if (event.dataTransfer.files.length === 0) return;
      event.preventDefault();
      add(event.dataTransfer.files);
    },
  };
}

const stillness = 4_000;

/** Tells that somebody writes: a reply to the contact and the team, a note to nobody. */
function useWriting(id: string, mode: Mode) {
  const desk = useDesk();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const stop = (): void => {
    clearTimeout(timer.current);
    if (timer.current === undefined) return;
    timer.current = undefined;
    desk.types(id, false);
  };
  useEffect(() => stop, [id, mode]);
  const typed = (): void => {
    if (mode === "note") return;
    desk.types(id, true);
    clearTimeout(timer.current);
    timer.current = setTimeout(stop, stillness);
  };
  return { typed, stop };
}

interface FieldProps extends Omit<ComposerProps, "setMode" | "edits"> {
  draft: Draft;
  change: (next: Partial<Draft>) => void;
  field: ReturnType<typeof useField>;
  send: () => void;
  add: (files: Iterable<File>) => void;
  typed: () => void;
}

function Field({ conversation, contact, mode, draft, change, field, send, add, typed }: FieldProps) {
  const { t } = useTranslation("conversation");
  const list = useId();
  const [trigger, setTrigger] = useState<Trigger | null>(null);
  const [active, setActive] = useState(0);
  const proposals = useProposals(trigger);
  const open = trigger !== null && proposals.length > 0;
  useEffect(() => setTrigger(null), [conversation.id, mode]);
  const look = (): void => {
    const element = field.ref.current;
    const found = element ? triggerAt(element.value, element.selectionStart, mode === "note") : null;
    setTrigger(found);
    if (found?.word !== trigger?.word) setActive(0);
  };
  const choose = (i: number): void => {
    const proposal = proposals[i];
    if (!proposal || !trigger) return;
    const next = completed(draft.text, trigger, trigger.kind === "canned" ? filled(proposal.by, contact) : proposal.by);
    change({ text: next.text });
    field.select(next.caret);
    setTrigger(null);
  };
  const mark = (sign: "*" | "**"): void => {
    const element = field.ref.current;
    if (!element) return;
    const next = wrapped(draft.text, element.selectionStart, element.selectionEnd, sign);
    change({ text: next.text });
    field.select(next.from, next.to);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (composing(event.nativeEvent)) return;
    const mod = event.ctrlKey || event.metaKey;
    const does = keyActs({ key: event.key, mod, shift: event.shiftKey, open });
    if (!does) return;
    event.preventDefault();
    if (does === "send") send();
    else if (does === "choose") choose(active);
    else if (does === "close") setTrigger(null);
    else if (does === "leave") event.currentTarget.blur();
    else if (does === "bold" || does === "italic") mark(does === "bold" ? "**" : "*");
    else setActive((active + (does === "down" ? 1 : -1) + proposals.length) % proposals.length);
  };
  return (
    <div>
      {open ? <Proposals id={list} kind={trigger.kind} proposals={proposals} active={active} choose={(proposal) => choose(proposals.indexOf(proposal))} hover={setActive} /> : null}
      <textarea
        ref={field.ref}
        className={style.field}
        dir={draft.text ? "auto" : undefined}
        rows={2}
        role="combobox"
        aria-label={mode === "note" ? t("noteLabel") : t("replyLabel", { name: contact })}
        aria-expanded={open}
        aria-controls={open ? list : undefined}
        aria-activedescendant={open ? `${list}-${active}` : undefined}
        aria-autocomplete="list"
        placeholder={mode === "note" ? t("notePlaceholder") : t("replyPlaceholder", { name: contact })}
        value={draft.text}
        onChange={(event) => {
          change({ text: event.currentTarget.value });
          look();
          typed();
        }}
        onSelect={look}
        onBlur={() => setTrigger(null)}
        onKeyDown={onKeyDown}
        onPaste={(event) => {
          if (event.clipboardData.files.length === 0) return;
          event.preventDefault();
          add(event.clipboardData.files);
        }}
      />
    </div>
  );
}

interface Pressed {
  key: string;
  mod: boolean;
  shift: boolean;
  /** Whether proposals are shown. */
  open: boolean;
}

/** What a key does in the field; nothing is what the browser does by itself. */
export function keyActs({ key, mod, shift, open }: Pressed): "send" | "choose" | "close" | "leave" | "up" | "down" | "bold" | "italic" | null {
  if (open && (key === "ArrowDown" || key === "ArrowUp")) return key === "ArrowDown" ? "down" : "up";
  if (open && ((key === "Enter" && !shift && !mod) || key === "Tab")) return "choose";
  if (key === "Escape") return open ? "close" : "leave";
  if (key === "Enter" && (mod || !shift)) return "send";
  if (mod && key.toLowerCase() === "b") return "bold";
  if (mod && key.toLowerCase() === "i") return "italic";
  return null;
}
