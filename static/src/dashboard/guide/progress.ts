import { queryOptions, useQuery } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../api/client.js";

/** Asks every so often until somebody has written: the live socket may not be open on this page. */
export const firstQuery = queryOptions({
  queryKey: ["conversations", "first"],
  queryFn: async ({ signal }): Promise<{ conversation: Schemas["Conversation"] | null; answered: boolean }> => {
    const { data } = await answer(api.GET("/conversations", { params: { query: { limit: 1, sort: "created_at:asc" } }, signal }));
    const conversation = data[0] ?? null;
    if (!conversation) return { conversation, answered: false };
    const { data: messages } = await answer(api.GET("/conversation/{id}/messages", { params: { path: { id: conversation.id }, query: { limit: 50 } }, signal }));
    return { conversation, answered: messages.some(({ sent_by: by, internal }) => by === "user" && !internal) };
  },
  refetchInterval: ({ state }) => (state.data?.answered ? false : 4000),
});

/** How far the account has come: nobody wrote, somebody did, and was answered. */
export const useFirst = () => useQuery(firstQuery);
