import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../api/client.js";
import { keys } from "../api/keys.js";

/** A webhook, as `/v2` shows it. */
export type Webhook = Schemas["Webhook"];
/** One thing that was sent to it. */
export type Delivery = Schemas["Delivery"];

/** Everything that a webhook can be told of; `*` is all but notes. */
export const webhookEvents = [
  "*",
  "message.received",
  "message.sent",
  "message.delivered",
  "message.read",
  "note.created",
  "conversation.created",
  "conversation.updated",
  "conversation.assigned",
  "conversation.resolved",
  "conversation.reopened",
  "contact.created",
  "contact.updated",
  "contact.deleted",
  "chat.created",
  "chat.deleted",
  "rating.created",
] as const satisfies readonly Schemas["WebhookEvent"][];

/** One webhook. */
export const webhookQuery = (id: string) =>
  queryOptions({ queryKey: [...keys.webhooks, id], queryFn: ({ signal }) => answer(api.GET("/webhooks/{id}", { params: { path: { id } }, signal })) });

/** What was sent to it last; asked again for as long as something is on its way. */
export const deliveriesQuery = (id: string, status: "all" | Delivery["status"]) =>
  queryOptions({
    queryKey: [...keys.webhooks, id, "deliveries", status],
    queryFn: ({ signal }) => answer(api.GET("/webhooks/{id}/deliveries", { params: { path: { id }, query: { status, limit: 50 } }, signal })),
    refetchInterval: ({ state }) => (state.data?.data.some((one) => one.status === "pending") ? 1500 : false),
  });
