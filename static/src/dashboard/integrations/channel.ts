import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../api/client.js";
import { every } from "../api/every.js";
import { keys } from "../api/keys.js";

/** A kind of channel, with the form of its accounts. */
export type Kind = Schemas["ChannelKind"];

/** The kinds there are. */
export const kindsQuery = queryOptions({ queryKey: [...keys.channels, "kinds"], queryFn: ({ signal }) => answer(api.GET("/channels/kinds", { signal })), staleTime: Infinity });

/** What is connected. */
export const channelsQuery = queryOptions({ queryKey: [...keys.channels, "all"], queryFn: ({ signal }) => every((query) => answer(api.GET("/channels", { params: { query }, signal }))) });

/** One account. */
export const channelQuery = (id: string) =>
  queryOptions({ queryKey: [...keys.channels, id], queryFn: ({ signal }) => answer(api.GET("/channels/{id}", { params: { path: { id } }, signal })) });
