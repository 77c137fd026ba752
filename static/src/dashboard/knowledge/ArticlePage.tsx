import { Button, Select, Switch, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Navigate, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, type Schemas } from "../api/client.js";
import { keys } from "../api/keys.js";
import { languages } from "../i18n/areas.js";
import { useMay } from "../session/me.js";
import { blame, useAct, useOnce } from "../ui/act.js";
import { ConfirmDialog } from "../ui/ConfirmDialog.js";
import { type Draft, useDraft } from "../ui/draft.js";
import { freely } from "../ui/freely.js";
import { Loaded } from "../ui/Loaded.js";
import { Markdown } from "../ui/Markdown.js";
import { Page } from "../ui/Page.js";
import parts from "../ui/parts.module.css";
import { SaveBar } from "../ui/SaveBar.js";
import style from "./knowledge.module.css";

type Written = Pick<Schemas["Article"], "title" | "content" | "tags" | "published" | "language">;
const blank: Written = { title: "", content: "", language: null, tags: [], published: true };

/** An article: read by everybody, written by admins. */
export function ArticlePage() {
  const { id } = useParams({ from: "/desk/knowledge/$id" });
  const { t } = useTranslation("knowledge");
  const mayWrite = useMay("admin:write");
  const fresh = id === "new";
  const query = useQuery({ queryKey: keys.article(id), enabled: !fresh, queryFn: ({ signal }) => answer(api.GET("/knowledge/{id}", { params: { path: { id } }, signal })) });
  if (fresh && !mayWrite) return <Navigate to="/knowledge" replace />;
  return (
    <Page title={fresh ? t("newArticle") : (query.data?.title ?? t("title"))} back={{ to: "/knowledge", label: t("title") }}>
      {fresh ? <Editor key="new" id={null} article={blank} /> : <Loaded query={query}>{(article) => (mayWrite ? <Editor key={id} id={id} article={article} /> : <Markdown under={1}>{article.content}</Markdown>)}</Loaded>}
    </Page>
  );
}

function Editor({ id, article }: { id: string | null; article: Written }) {
  const { t: shell } = useTranslation();
  const navigate = useNavigate();
  const draft = useDraft<Written>(article);
  const once = useOnce(draft.value);
  const save = useAct(
    (changes: Partial<Written>) =>
      id
        ? answer(api.PATCH("/knowledge/{id}", { params: { path: { id } }, body: changes as Schemas["ArticleChange"] }))
        : answer(api.POST("/knowledge", { body: draft.value, headers: { "Idempotency-Key": once } })),
    {
      says: shell("saved"),
      stale: [keys.articles],
      then: ({ id: made }) => (id ? undefined : navigate({ to: "/knowledge/$id", params: { id: made }, ignoreBlocker: true })),
      ...(id ? { reset: draft.settle } : {}),
    },
  );
  return (
    <>
      <Facts draft={draft} error={save.error} />
      <Writing draft={draft} error={blame(save.error, "content")} />
      {id ? <Remove id={id} /> : null}
      <SaveBar dirty={draft.dirty} busy={save.isPending} onSave={() => save.mutate(draft.changes)} onReset={draft.reset} />
    </>
  );
}

function Facts({ draft, error }: { draft: Draft<Written>; error: unknown }) {
  const { t } = useTranslation("knowledge");
  const { value, set } = draft;
  return (
    <div className={style.facts}>
      <TextInput className={style.wide} label={t("articleTitle")} value={value.title} maxLength={255} error={blame(error, "title")} onChange={(event) => set({ title: event.currentTarget.value })} />
      <Select
        label={t("language")}
        data={[{ value: "", label: t("anyLanguage") }, ...languages.map(({ code, name }) => ({ value: code, label: name })), ...(value.language && !languages.some(({ code }) => code === value.language) ? [{ value: value.language, label: value.language }] : [])]}
        value={value.language ?? ""}
        allowDeselect={false}
        error={blame(error, "language")}
        onChange={(language) => set({ language: language || null })}
      />
      <TagsInput label={t("tags")} value={[...value.tags]} maxTags={20} error={blame(error, "tags")} onChange={(tags) => set({ tags })} />
      <Switch label={t("published")} description={t("publishedHint")} checked={value.published} onChange={(event) => set({ published: event.currentTarget.checked })} />
    </div>
  );
}

function Writing({ draft, error }: { draft: Draft<Written>; error: string | undefined }) {
  const { t } = useTranslation("knowledge");
  const { value, set } = draft;
  return (
    <div className={style.panes}>
      <Textarea label={t("content")} description={t("contentHint")} autosize minRows={18} maxLength={100_000} value={value.content} error={error} {...freely} classNames={{ input: style.source ?? "" }} onChange={(event) => set({ content: event.currentTarget.value })} />
      <section className={style.preview} aria-label={t("preview")}>
        <p className={style.previewLabel}>{t("preview")}</p>
        {value.title || value.content ? (
          <>
            <h2 className={style.previewTitle} dir="auto">
              {value.title}
            </h2>
            <Markdown under={2}>{value.content}</Markdown>
          </>
        ) : (
          <p className={parts.faint}>{t("previewEmpty")}</p>
        )}
      </section>
    </div>
  );
}

function Remove({ id }: { id: string }) {
  const { t } = useTranslation("knowledge");
  const { t: shell } = useTranslation();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const remove = useAct(() => api.DELETE("/knowledge/{id}", { params: { path: { id } } }), { stale: [keys.articles], then: () => navigate({ to: "/knowledge", ignoreBlocker: true }) });
  return (
    <div className={style.remove}>
      <Button variant="subtle" color="red" onClick={() => setAsking(true)}>
        {t("deleteArticle")}
      </Button>
      <ConfirmDialog opened={asking} onClose={() => setAsking(false)} title={t("deleteArticle")} confirm={shell("remove")} act={() => remove.mutateAsync(undefined)}>
        {t("deleteHint")}
      </ConfirmDialog>
    </div>
  );
}
