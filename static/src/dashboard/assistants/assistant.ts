import { queryOptions } from "@tanstack/react-query";
import { ApiError, unreachable } from "../api/errors.js";
import { keys } from "../api/keys.js";
import { inSandbox } from "../session/sandbox.js";

/** An assistant, as the Assistant surface shows it: the draft, and whether it is what sessions use. */
export interface Assistant {
  id: string;
  name: string;
  firstMessage: string;
  systemPrompt: string;
  model: { provider: string | null; model: string | null; temperature: number | null; maxTokens: number | null };
  variables: Record<string, string>;
  knowledge: boolean;
  handoff: boolean;
  server: { url: string; events: string[] } | null;
  price: { input: number; output: number };
  status: "draft" | "published" | "changed";
  publishedAt: string | null;
  createdAt: string;
  updatedAt: string;
}

/** One turn with its answer. */
export interface Turn {
  id: string;
  output: { role: string; content: string }[];
  citations?: { articleId: string; title: string }[];
}

/** What that surface says of a failure. */
interface Told {
  message?: string;
  error?: string;
}

/**
 * Calls the Assistant surface with the dashboard's session. It has a document and an error shape of its own;
 * failures become the same errors as those of `/v2`.
 */
export async function ask<T>(method: "GET" | "POST" | "PATCH" | "DELETE", path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = { ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...(inSandbox() ? { "X-Sandbox": "1" } : {}) };
  const request = new Request(`${globalThis.location?.origin ?? ""}/api${path}`, { method, headers, credentials: "same-origin", ...(body === undefined ? {} : { body: JSON.stringify(body) }), ...(signal ? { signal } : {}) });
  const response = await globalThis.fetch(request).catch((error: unknown) => {
    throw error instanceof DOMException && error.name === "AbortError" ? error : unreachable();
  });
  const answered = (await response.json().catch(() => ({}))) as T & Told;
  if (response.ok) return answered;
  const message = answered.message ?? "";
  const field = /^(\w+)(?:\.\w+)*\b/.exec(message)?.[1];
  throw new ApiError({ code: response.status, kind: answered.error ?? "error", message, requestId: response.headers.get("X-Request-Id"), details: response.status === 400 && field ? { field } : {} });
}

const assistantsKey = ["assistants"] as const;
/** The key of everything about assistants. */
export const assistantKeys = { all: assistantsKey, one: (id: string) => [...assistantsKey, id] as const, site: keys.sites };

/** All assistants. */
export const assistantsQuery = queryOptions({ queryKey: [...assistantsKey, "all"], queryFn: ({ signal }) => ask<Assistant[]>("GET", "/assistants", undefined, signal) });

/** One assistant. */
export const assistantQuery = (id: string) => queryOptions({ queryKey: assistantKeys.one(id), queryFn: ({ signal }) => ask<Assistant>("GET", `/assistants/${encodeURIComponent(id)}`, undefined, signal) });

/** An assistant's id as sites spell it: the same row, in the spelling of `/v2`. */
export const siteIdOf = (id: string): string => id.replace(/^assistant-/, "asst_");

/** The names between double braces in a text, each once. */
export const namesIn = (text: string): string[] => [...new Set([...text.matchAll(/\{\{\s*([A-Za-z_][\w.-]*)\s*\}\}/g)].map(([, name = ""]) => name))];
