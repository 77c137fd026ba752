package agentapi

import (
	"context"
	"fmt"
	"io"

	"parley/models"
	"parley/models/chat"
	"parley/models/view"
	"parley/widget/surface"
)

// ListArticles implements GET /v2/knowledge.
func (a *api) ListArticles(ctx context.Context, r ListArticlesRequestObject) (ListArticlesResponseObject, error) {
	q := chat.ArticleQuery{Published: r.Params.Published}
	var err error
	if q.Search, err = text("search", r.Params.Search); err != nil {
		return nil, err
	}
	if q.Language, err = text("language", r.Params.Language); err != nil {
		return nil, err
	}
	if q.Tag, err = text("tag", r.Params.Tag); err != nil {
		return nil, err
	}
	if q.Page, err = page(r.Params.Limit, r.Params.Offset); err != nil {
		return nil, err
	}
	list, err := a.chat.Articles(ctx, surface.Principal(ctx), q)
	if err != nil {
		return nil, err
	}
	return ListArticles200JSONResponse{Data: each(list.Rows, view.ArticleForAgent), Pagination: pagination(list)}, nil
}

// CreateArticle implements POST /v2/knowledge.
func (a *api) CreateArticle(ctx context.Context, r CreateArticleRequestObject) (CreateArticleResponseObject, error) {
	made, err := a.chat.CreateArticle(ctx, surface.Principal(ctx), chat.ArticleInput{
		Title: &r.Body.Title, Content: &r.Body.Content, Language: given(r.Body.Language), Tags: r.Body.Tags, Published: r.Body.Published,
	})
	if err != nil {
		return nil, err
	}
	return CreateArticle201JSONResponse{ArticleJSONResponse(view.ArticleForAgent(made))}, nil
}

// GetArticle implements GET /v2/knowledge/:id.
func (a *api) GetArticle(ctx context.Context, r GetArticleRequestObject) (GetArticleResponseObject, error) {
	uid, err := articleID(r.ID)
	if err != nil {
		return nil, err
	}
	found, err := a.chat.Article(ctx, surface.Principal(ctx), uid)
	if err != nil {
		return nil, err
	}
	return GetArticle200JSONResponse{ArticleJSONResponse(view.ArticleForAgent(found))}, nil
}

// UpdateArticle implements PATCH /v2/knowledge/:id.
func (a *api) UpdateArticle(ctx context.Context, r UpdateArticleRequestObject) (UpdateArticleResponseObject, error) {
	uid, err := articleID(r.ID)
	if err != nil {
		return nil, err
	}
	changed, err := a.chat.UpdateArticle(ctx, surface.Principal(ctx), uid, chat.ArticleInput{
		Title: r.Body.Title, Content: r.Body.Content, Language: given(r.Body.Language), Tags: r.Body.Tags, Published: r.Body.Published,
	})
	if err != nil {
		return nil, err
	}
	return UpdateArticle200JSONResponse{ArticleJSONResponse(view.ArticleForAgent(changed))}, nil
}

// DeleteArticle implements DELETE /v2/knowledge/:id.
func (a *api) DeleteArticle(ctx context.Context, r DeleteArticleRequestObject) (DeleteArticleResponseObject, error) {
	uid, err := articleID(r.ID)
	if err != nil {
		return nil, err
	}
	if err := a.chat.DeleteArticle(ctx, surface.Principal(ctx), uid); err != nil {
		return nil, err
	}
	return DeleteArticle204Response{}, nil
}

// ImportArticles implements POST /v2/knowledge/import.
func (a *api) ImportArticles(ctx context.Context, _ ImportArticlesRequestObject) (ImportArticlesResponseObject, error) {
	form := surface.Form(ctx)
	if form == nil || len(form.File["file"]) == 0 {
		return nil, errFileMissing
	}
	if len(form.File["file"]) > 1 {
		return nil, errFileTooMany
	}
	header := form.File["file"][0]
	file, err := header.Open()
	if err != nil {
		return nil, fmt.Errorf("open an uploaded file: %w", err)
	}
	defer func() { _ = file.Close() }() // it was only read from
	body, err := io.ReadAll(file)
	if err != nil {
		return nil, fmt.Errorf("read an uploaded file: %w", err)
	}
	drafts, err := chat.ReadArticles(header.Filename, body)
	if err != nil {
		return nil, err
	}
	done, err := a.chat.ImportArticles(ctx, surface.Principal(ctx), drafts)
	if err != nil {
		return nil, err
	}
	return ImportArticles200JSONResponse{Created: done.Created, Updated: done.Updated, Unchanged: done.Unchanged}, nil
}

func articleID(given string) (models.UID, error) {
	uid, err := models.ParseID(models.PrefixArticle, given)
	if err != nil {
		return uid, chat.ErrArticleNotFound
	}
	return uid, nil
}
