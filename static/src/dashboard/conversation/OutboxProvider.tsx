import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, type Schemas } from "../api/client.js";
import { keys } from "../api/keys.js";
import { useLinkState } from "../live/LiveProvider.js";
import { useStore } from "../live/store.js";
import { useMe } from "../session/me.js";
import { useSandbox } from "../session/sandbox.js";
import { useSentence } from "../ui/sentence.js";
import { Outbox, type Outgoing } from "./outbox.js";
import { type Thread, withMessage } from "./thread.js";

const Context = createContext<Outbox | null>(null);

/** How long the server may take over one message: without an end, one lost answer would hold back all that follow. */
const patience = 20_000;

const post = (entry: Outgoing): Promise<Schemas["Message"]> =>
  answer(
    api.POST("/conversation/{id}/message", {
      params: { path: { id: entry.conversation } },
      signal: AbortSignal.timeout(patience),
      headers: { "Idempotency-Key": entry.key },
      body: { content: entry.content, internal: entry.internal, ...(entry.attachments.length ? { attachments: entry.attachments.map(({ id }) => id) } : {}) },
    }),
  );

/** Puts what was sent into its thread, unless the socket was faster. */
const settle = (queries: QueryClient, message: Schemas["Message"]): void => {
  queries.setQueryData<Thread>(keys.messages(message.conversation_id), (thread) => thread && withMessage(thread, message));
};

/** Whose words are kept where. */
export function useScope(): string {
  const { user, account } = useMe();
  return `${account.id}.${useSandbox() ? "test." : ""}${user.id}`;
}

/** Holds what is on its way for all that is drawn below it. */
export function OutboxProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const scope = useScope();
  const sentence = useSentence();
  const say = useRef(sentence);
  say.current = sentence;
  const old = useRef("");
  old.current = useTranslation("conversation").t("tooOld");
  const outbox = useMemo(() => new Outbox({ scope, post, sent: (message) => settle(queries, message), say: (error) => say.current(error), sayOld: () => old.current }), [queries, scope]);
  const state = useLinkState();
  useEffect(() => {
    outbox.open();
    return () => outbox.close();
  }, [outbox]);
  useEffect(() => {
    if (state === "live") outbox.flush();
  }, [outbox, state]);
  return <Context.Provider value={outbox}>{children}</Context.Provider>;
}

/** What is on its way. */
export function useOutbox(): Outbox {
  const outbox = useContext(Context);
  if (!outbox) throw new Error("useOutbox is for what is drawn below the shell");
  return outbox;
}

/** What is on its way in one conversation. */
export function useOutgoing(conversation: string): Outgoing[] {
  return useStore(useOutbox().entries).filter((entry) => entry.conversation === conversation);
}
