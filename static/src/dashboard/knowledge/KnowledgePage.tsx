import { Button, Select } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { answer, api, type Schemas } from "../api/client.js";
import { keys } from "../api/keys.js";
import { languages } from "../i18n/areas.js";
import { spoken } from "../i18n/index.js";
import { useMay } from "../session/me.js";
import { Chip } from "../ui/Chip.js";
import { ago, number } from "../ui/time.js";
import { EmptyState } from "../ui/EmptyState.js";
import { Icon } from "../ui/Icon.js";
import { BookOpen, FileText, Plus } from "../ui/icons.js";
import { Loaded } from "../ui/Loaded.js";
import { Page } from "../ui/Page.js";
import { Pager, pageSize, useLastPage } from "../ui/Pager.js";
import parts from "../ui/parts.module.css";
import { Row, Rows } from "../ui/Rows.js";
import { SearchInput } from "../ui/SearchInput.js";
import { ImportButton } from "./ImportButton.js";
import style from "./knowledge.module.css";
import type { ArticleSearch } from "./routes.js";

/** What visitors and assistants can find: articles by title. */
export function KnowledgePage() {
  const { t } = useTranslation("knowledge");
  const search = useSearch({ from: "/desk/knowledge" });
  const navigate = useNavigate();
  const mayWrite = useMay("admin:write");
  const { q, language, tag, published, page = 1 } = search;
  const query = useQuery({
    queryKey: [...keys.articles, "list", search],
    queryFn: ({ signal }) =>
      answer(api.GET("/knowledge", { params: { query: { limit: pageSize, offset: (page - 1) * pageSize, ...(q ? { search: q } : {}), ...(language ? { language } : {}), ...(tag ? { tag } : {}), ...(published === undefined ? {} : { published }) } }, signal })),
    placeholderData: keepPreviousData,
  });
  const narrow = (change: Partial<ArticleSearch>): void => void navigate({ to: "/knowledge", search: { ...search, page: undefined, ...change }, replace: true });
  useLastPage(query, page, (to) => narrow({ page: to }));
  const write = (
    <Button component={Link} to="/knowledge/new" leftSection={<Icon of={Plus} />}>
      {t("newArticle")}
    </Button>
  );
  return (
    <Page title={t("title")} hint={t("hint")} actions={mayWrite ? <><ImportButton />{write}</> : null}>
      <Filters search={search} narrow={narrow} />
      <Loaded query={query}>
        {({ data, pagination }) =>
          data.length > 0 ? (
            <>
              <Rows label={t("title")}>
                {data.map((article) => (
                  <ArticleRow key={article.id} article={article} only={(one) => narrow({ tag: one })} />
                ))}
              </Rows>
              <Pager page={page} total={pagination.total} onPage={(to) => narrow({ page: to })} />
            </>
          ) : (
            <EmptyState icon={BookOpen} title={q || language || tag || published !== undefined ? t("nothingFound") : t("nothing")} hint={t("nothingHint")} />
          )
        }
      </Loaded>
    </Page>
  );
}

/** What a filter offers: what there is, with how many; and what is chosen, when there is none of it any more. */
function offered(counts: readonly Schemas["NameCount"][], chosen: string | undefined, label: (name: string) => string) {
  const known = counts.map(({ name, count }) => ({ value: name, label: `${label(name)} (${number(count)})` }));
  return chosen && !counts.some(({ name }) => name === chosen) ? [...known, { value: chosen, label: label(chosen) }] : known;
}

/** A language by its own name where we speak it, else by the name it has in the language that is spoken. */
function languageName(tag: string): string {
  const known = languages.find(({ code }) => code === tag);
  try {
    return known?.name ?? new Intl.DisplayNames(spoken(), { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag; // older articles may have one that is no language
  }
}

function Filters({ search, narrow }: { search: ArticleSearch; narrow: (change: Partial<ArticleSearch>) => void }) {
  const { t } = useTranslation("knowledge");
  const { data: counts } = useQuery({ queryKey: keys.articleCounts, queryFn: ({ signal }) => answer(api.GET("/knowledge/counts", { signal })) });
  const state = search.published === undefined ? "all" : search.published ? "published" : "draft";
  return (
    <div className={parts.toolbar} role="search">
      <SearchInput label={t("search")} value={search.q ?? ""} onSearch={(q) => narrow({ q: q || undefined })} />
      <Select
        aria-label={t("language")}
        className={style.filter}
        data={[{ value: "", label: t("anyLanguage") }, ...offered(counts?.languages ?? [], search.language, languageName)]}
        value={search.language ?? ""}
        onChange={(value) => narrow({ language: value || undefined })}
        allowDeselect={false}
      />
      <Select
        aria-label={t("tag")}
        className={style.filter}
        data={[{ value: "", label: t("anyTag") }, ...offered(counts?.tags ?? [], search.tag, (tag) => `#${tag}`)]}
        value={search.tag ?? ""}
        onChange={(value) => narrow({ tag: value || undefined })}
        allowDeselect={false}
        searchable
        nothingFoundMessage={t("nothingFound")}
      />
      <Select
        aria-label={t("state")}
        className={style.filter}
        data={(["all", "published", "draft"] as const).map((value) => ({ value, label: t(value) }))}
        value={state}
        onChange={(value) => narrow({ published: value === "all" ? undefined : value === "published" })}
        allowDeselect={false}
      />
    </div>
  );
}

function ArticleRow({ article, only }: { article: Schemas["Article"]; only: (tag: string) => void }) {
  const { t } = useTranslation("knowledge");
  return (
    <Row
      lead={<span className={style.sheet}><Icon of={FileText} /></span>}
      title={
        <>
          <Link to="/knowledge/$id" params={{ id: article.id }}>
            <bdi>{article.title}</bdi>
          </Link>
          {article.language ? <Chip>{article.language}</Chip> : null}
          {article.tags.map((tag) => (
            <button key={tag} type="button" className={style.tag} aria-label={t("onlyTag", { tag })} onClick={() => only(tag)}>
              <Chip>
                <bdi>#{tag}</bdi>
              </Chip>
            </button>
          ))}
        </>
      }
      sub={t("changed", { when: ago(article.updated_at) })}
    >
      <Chip tone={article.published ? "good" : "warn"}>{article.published ? t("published") : t("draft")}</Chip>
    </Row>
  );
}
