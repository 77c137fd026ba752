import { createRoute } from "@tanstack/react-router";
import { desk } from "../shell/desk.js";
import { lazyPage } from "../shell/lazy.js";

/** What the list of articles is narrowed to. */
export interface ArticleSearch {
  q?: string;
  language?: string;
  tag?: string;
  published?: boolean;
  page?: number;
}

// What is no value is named, too: of what a route leaves out, the router keeps what stands in the address.
const readSearch = (search: Record<string, unknown>): ArticleSearch => ({
  q: typeof search.q === "string" && search.q ? search.q : undefined,
  language: typeof search.language === "string" && search.language ? search.language : undefined,
  tag: typeof search.tag === "string" && search.tag ? search.tag : undefined,
  published: typeof search.published === "boolean" ? search.published : undefined,
  page: Number.isInteger(search.page) && Number(search.page) > 1 ? Number(search.page) : undefined,
});

/** The addresses of this area; `new` in place of an id writes another article. */
export const knowledgeRoutes = [
  createRoute({ getParentRoute: () => desk, path: "/knowledge", validateSearch: readSearch, component: lazyPage(() => import("./KnowledgePage.js"), "KnowledgePage") }),
  createRoute({ getParentRoute: () => desk, path: "/knowledge/$id", component: lazyPage(() => import("./ArticlePage.js"), "ArticlePage") }),
] as const;
