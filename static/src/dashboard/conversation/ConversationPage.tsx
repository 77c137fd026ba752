import { Drawer } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { acts, perform } from "../inbox/acts.js";
import { nameOf } from "../inbox/Row.js";
import { useDesk } from "../live/LiveProvider.js";
import { ErrorState } from "../ui/ErrorState.js";
import { Composer } from "./Composer.js";
import style from "./conversation.module.css";
import { useConversation } from "./queries.js";
import type { Mode } from "./drafts.js";
import { Header } from "./Header.js";
import type { Outgoing } from "./outbox.js";
import { useScope } from "./OutboxProvider.js";
import { Panel } from "./Panel.js";
import { rememberPanel, wantsPanel } from "./panelchoice.js";
import { giveBack } from "./giveback.js";
import { StateLine } from "./StateLine.js";
import { ThreadView } from "./ThreadView.js";
import { Viewers } from "./Viewers.js";

/** The open conversation: what was said, where to answer, and who one talks with. */
export function ConversationPage() {
  const { t } = useTranslation(["conversation", "inbox", "shell"]);
  const { conversation: id } = useParams({ from: "/desk/inbox/$conversation" });
  const { data: conversation, error, refetch } = useConversation(id);
  const [mode, setMode] = useState<Mode>("reply");
  const [panel, setPanel] = useState(wantsPanel);
  const [edits, setEdits] = useState(0);
  const narrow = useMediaQuery("(max-width: 1180px)", undefined, { getInitialValueInEffect: false }) ?? false;
  const [drawer, setDrawer] = useState(false);
  const scope = useScope();
  useEffect(() => {
    setMode("reply");
    setDrawer(false);
  }, [id]);
  useReading(id, conversation?.unread_count ?? 0, conversation?.last_message_at);
  useWatching(id);
  if (error && !conversation) {
    return (
      <main id="content" tabIndex={-1} className={style.page}>
        <ErrorState error={error} retry={refetch} />
      </main>
    );
  }
  if (!conversation) return <main id="content" tabIndex={-1} className={style.page} aria-busy="true" />;
  const contact = nameOf(conversation);
  const edit = (entry: Outgoing): void => {
    giveBack(scope, entry);
    setMode(entry.internal ? "note" : "reply");
    setEdits((now) => now + 1);
  };
  const togglePanel = (): void => {
    if (narrow) return setDrawer((now) => !now);
    rememberPanel(!panel);
    setPanel(!panel);
  };
  return (
    <div className={style.split} data-panel={(panel && !narrow) || undefined}>
      <main id="content" tabIndex={-1} className={style.page} aria-label={t("conversationWith", { name: contact })}>
        <Header conversation={conversation} contact={contact} togglePanel={togglePanel} panelOpen={narrow ? drawer : panel} />
        <StateLine conversation={conversation} />
        <ThreadView conversation={conversation} contact={contact} edit={edit} />
        <Viewers id={id} />
        <Composer conversation={conversation} contact={contact} mode={mode} setMode={setMode} edits={edits} />
      </main>
      {panel && !narrow ? <Panel conversation={conversation} contact={contact} /> : null}
      <Drawer opened={drawer && narrow} onClose={() => setDrawer(false)} position="right" size={340} padding={0} title={t("details")} closeButtonProps={{ "aria-label": t("shell:close") }}>
        <Panel conversation={conversation} contact={contact} />
      </Drawer>
    </div>
  );
}

/** How long one looks before what is there counts as read: passing by is not reading. */
const dwell = 700;

function useReading(id: string, unread: number, newest: string | undefined): void {
  const queries = useQueryClient();
  const tried = useRef("");
  useEffect(() => {
    if (unread === 0) return undefined;
    const read = (): void => {
      // That it is read may be told later just as well: nothing is lost if it fails.
      if (document.hidden) return;
      tried.current = `${id} ${newest}`;
      void perform(queries, id, acts.read(id)).catch(() => undefined);
    };
    // A failure brings the count back: the same is not told again until somebody looks here anew.
    const timer = tried.current === `${id} ${newest}` ? undefined : setTimeout(read, dwell);
    document.addEventListener("visibilitychange", read);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", read);
    };
  }, [queries, id, unread, newest]);
}

/** Tells the team that the conversation is open here. */
function useWatching(id: string): void {
  const desk = useDesk();
  // Without a line, too: when it is back, the desk tells what is open then.
  useEffect(() => desk.watches(id), [desk, id]);
  useEffect(() => () => desk.watches(null), [desk]);
}
