import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { desk } from "../shell/desk.js";

/** What the list of articles is narrowed to. */
export interface ArticleSearch {
  q?: string;
  language?: string;
  published?: boolean;
  page?: number;
}

const readSearch = (search: Record<string, unknown>): ArticleSearch => ({
  ...(typeof search.q === "string" && search.q ? { q: search.q } : {}),
  ...(typeof search.language === "string" && search.language ? { language: search.language } : {}),
  ...(typeof search.published === "boolean" ? { published: search.published } : {}),
  ...(Number.isInteger(search.page) && Number(search.page) > 1 ? { page: Number(search.page) } : {}),
});

/** The addresses of this area; `new` in place of an id writes another article. */
export const knowledgeRoutes = [
  createRoute({ getParentRoute: () => desk, path: "/knowledge", validateSearch: readSearch, component: lazyRouteComponent(() => import("./KnowledgePage.js"), "KnowledgePage") }),
  createRoute({ getParentRoute: () => desk, path: "/knowledge/$id", component: lazyRouteComponent(() => import("./ArticlePage.js"), "ArticlePage") }),
] as const;
