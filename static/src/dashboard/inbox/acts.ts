import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, onceKey, type Schemas } from "../api/client.js";
import { ApiError } from "../api/errors.js";
import { keys } from "../api/keys.js";
import { conversationAfter, overhearing, patchConversation, show } from "../live/apply.js";
import { useNotify } from "../ui/notify.js";
import { changed, Overtaken } from "./edit.js";

type Conversation = Schemas["Conversation"];
type Change = (c: Conversation) => Conversation;

const path = (id: string) => ({ path: { id } });
const once = () => ({ "Idempotency-Key": onceKey() });

/** What to show at once, and the call that makes it so. */
export interface Act {
  change: Change;
  call: () => Promise<Conversation>;
  /** The line in which it waits for those before it: it is made of what they leave. */
  line?: string;
}

/** Everything that is done to a conversation besides writing in it, and besides changing its fields (`edit`). */
export const acts = {
  assign: (id: string, to: Schemas["Person"] | null): Act => ({
    change: (c) => changed(c, "assigned_to", to),
    call: () => answer(api.POST("/conversation/{id}/assign", { params: path(id), headers: once(), body: { assigned_to: to?.id ?? null } })),
  }),
  label: (id: string, names: string[], action: "add" | "remove"): Act => ({
    change: (c) => ({ ...c, labels: action === "add" ? [...new Set([...c.labels, ...names])].sort() : c.labels.filter((name) => !names.includes(name)) }),
    call: () => answer(api.POST("/conversation/{id}/label", { params: path(id), headers: once(), body: { labels: names, action } })),
  }),
  resolve: (id: string, body: Schemas["Resolution"]): Act => ({
    change: (c) => ({ ...c, status: "closed", resolution_reason: body.resolution_reason }),
    call: () => answer(api.POST("/conversation/{id}/resolve", { params: path(id), headers: once(), body })),
  }),
  reopen: (id: string): Act => ({
    change: (c) => ({ ...c, status: "open" }),
    call: () => answer(api.POST("/conversation/{id}/reopen", { params: path(id), headers: once() })),
  }),
  archive: (id: string): Act => ({
    change: (c) => ({ ...c, status: "archived" }),
    call: () => answer(api.POST("/conversation/{id}/archive", { params: path(id), headers: once() })),
  }),
  read: (id: string): Act => ({
    change: (c) => ({ ...c, unread_count: 0 }),
    call: () => answer(api.POST("/conversation/{id}/read", { params: path(id) })),
  }),
  takeOver: (id: string): Act => ({ change: (c) => ({ ...c, assistant_active: false }), call: () => answer(api.POST("/conversation/{id}/handoff", { params: path(id) })) }),
  release: (id: string): Act => ({ change: (c) => c, call: () => answer(api.POST("/conversation/{id}/release", { params: path(id) })) }),
};

/** The last act in each line: the next one waits for it. */
const lines = new WeakMap<QueryClient, Map<string, Promise<unknown>>>();

function afterThose<T>(queries: QueryClient, line: string, make: () => Promise<T>): Promise<T> {
  const all = lines.get(queries) ?? new Map<string, Promise<unknown>>();
  lines.set(queries, all);
  const made = (all.get(line) ?? Promise.resolve()).then(make);
  // Whoever comes next waits for the end, not for a success.
  all.set(line, made.catch(() => undefined));
  return made;
}

/** Shows an act at once, does it, and takes it back where it fails. What is thrown has changed nothing. */
export function perform(queries: QueryClient, id: string, { change, call, line }: Act): Promise<Conversation> {
  const end = show(queries, id, change);
  const make = async (): Promise<Conversation> => {
    try {
      const after = await overhearing(queries, call, conversationAfter);
      end();
      patchConversation(queries, id, () => after);
      return after;
    } catch (error) {
      end();
      const now = reread(queries, id);
      if (error instanceof ApiError && (error.code === 409 || error.code === 404)) await now;
      throw error;
    }
  };
  return line ? afterThose(queries, line, make) : make();
}

/** Reads a conversation as it is now: somebody else was faster, or the act was done and only its answer lost. */
async function reread(queries: QueryClient, id: string): Promise<void> {
  const now = await answer(api.GET("/conversation/{id}", { params: path(id) })).catch(() => null);
  if (now) patchConversation(queries, id, () => now);
}

/** The acts, with failures said: on a conflict, what has changed meanwhile. */
export function useActs() {
  const queries = useQueryClient();
  const notify = useNotify();
  const { t } = useTranslation("conversation");
  return useMemo(() => {
    /** Does it, and says whether it is done. `overtaken` asks what shall be where somebody else changed the same field meanwhile. */
    const run = async (id: string, act: Act, overtaken?: (now: Conversation) => void): Promise<boolean> => {
      try {
        await perform(queries, id, act);
        return true;
      } catch (error) {
        if (error instanceof Overtaken && overtaken) {
          overtaken(error.now);
          return false;
        }
        const now = queries.getQueryData<Conversation>(keys.conversation(id));
        if (error instanceof ApiError && error.code === 409 && now) notify.conflict(t("changedMeanwhile"), t("changedTo", { status: t(`status_${now.status}`), name: now.assigned_to?.name ?? t("nobody") }));
        else notify.failed(error);
        return false;
      }
    };
    /** The same to many, a few at a time; says how many of them it could not do. */
    const runAll = async (ids: readonly string[], make: (id: string) => Act): Promise<void> => {
      const rest = [...ids];
      const failures: unknown[] = [];
      const worker = async (): Promise<void> => {
        for (let id = rest.shift(); id !== undefined; id = rest.shift()) await perform(queries, id, make(id)).catch((error: unknown) => failures.push(error));
      };
      await Promise.all([worker(), worker(), worker(), worker()]);
      if (failures.length) notify.conflict(t("someFailed", { count: failures.length }), "");
    };
    return { run, runAll };
  }, [queries, notify, t]);
}
