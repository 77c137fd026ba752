import { useNavigate, useParams } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useMe } from "../session/me.js";
import { plain } from "../ui/marks.js";
import type { LiveDesk } from "./desk.js";
import type { EventFrame } from "./frames.js";
import { noticePrefs } from "./prefs.js";
import { chime } from "./sound.js";

/**
 * Whether an event concerns somebody: a customer wrote to them or to nobody yet, an assistant left a
 * conversation to them, or a colleague named them. What an assistant is answering concerns nobody.
 */
export function concerns(event: EventFrame, me: { id: string; name: string }): boolean {
  const { type, data } = event;
  if (type === "note.created") return data.sender?.id !== me.id && (data.content ?? "").toLowerCase().includes(`@${me.name.toLowerCase()}`);
  const left = type === "conversation.updated" && Boolean(data.changes?.handoff_reason) && data.changes?.handoff_reason !== "agent";
  if (type !== "message.received" && !left) return false;
  const { assigned_to: assigned, assistant_active: answered } = data.conversation ?? {};
  return !answered && (!assigned || assigned.id === me.id);
}

/** Shows a desktop notice. The same conversation has one, however much is written. */
function show({ data }: EventFrame, id: string, open: () => void): void {
  try {
    const notice = new Notification(data.contact?.full_name ?? data.sender?.name ?? "Parley", { body: plain((data.content ?? data.conversation?.last_message_preview ?? "").slice(0, 160)), tag: id });
    notice.onclick = () => {
      window.focus();
      open();
      notice.close();
    };
  } catch {
    // Phones know the constructor and refuse to use it.
  }
}

/** Tells of what concerns the person while they look elsewhere, by the means they chose. */
export function useNotices(desk: LiveDesk): void {
  const { user } = useMe();
  const navigate = useNavigate();
  const open = (useParams({ strict: false }) as { conversation?: string }).conversation;
  const at = useRef(open);
  at.current = open;
  useEffect(() => {
    desk.onEvent = (event) => {
      const id = event.data.conversation_id;
      if (!id || !concerns(event, user) || (!document.hidden && at.current === id)) return;
      const { desktop, sound } = noticePrefs.get();
      if (sound) chime();
      if (!desktop || !document.hidden || !("Notification" in globalThis)) return;
      show(event, id, () => void navigate({ to: "/inbox/$conversation", params: { conversation: id } }));
    };
    return () => {
      desk.onEvent = () => undefined;
    };
  }, [desk, user, navigate]);
}
