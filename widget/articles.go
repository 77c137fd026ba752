package widget

import (
	"context"
	"strings"
	"unicode/utf8"

	"parley/models"
	"parley/models/chat"
	"parley/models/view"
	"parley/widget/surface"
)

// The articles that a list shows when it asks for no number, and at most.
const (
	defaultArticles = 20
	maxArticles     = 50
)

// The longest question and language that a search takes, in code points.
const (
	maxQuestion = 200
	maxLocale   = 35
)

// ListArticles answers the published articles, or those that a question finds.
func (h handlers) ListArticles(ctx context.Context, r ListArticlesRequestObject) (ListArticlesResponseObject, error) {
	who := guest(surface.Site(ctx))
	page, err := articlePage(r.Params)
	if err != nil {
		return nil, err
	}
	question, locale := strings.TrimSpace(text(r.Params.Q)), text(r.Params.Locale)
	if question == "" {
		list, err := h.Chat.Articles(ctx, who, chat.ArticleQuery{Language: locale, Page: page})
		if err != nil {
			return nil, err
		}
		return ListArticles200JSONResponse{Articles: teasers(list.Rows, view.TeaserForArticle), HasMore: list.HasMore()}, nil
	}
	found, err := h.Chat.FindArticles(ctx, who, chat.PassageQuery{Question: question, Language: locale, Limit: page.Limit})
	if err != nil {
		return nil, err
	}
	return ListArticles200JSONResponse{Articles: teasers(found, view.TeaserForPassage)}, nil
}

// articlePage reads the query's numbers and bounds its texts.
func articlePage(p ListArticlesParams) (models.Page, error) {
	page := models.Page{Limit: defaultArticles}
	if p.Limit != nil {
		if page.Limit = *p.Limit; page.Limit < 1 || page.Limit > maxArticles {
			return page, models.Invalid("limit", "Invalid limit")
		}
	}
	if p.Offset != nil {
		if page.Offset = *p.Offset; page.Offset < 0 {
			return page, models.Invalid("offset", "Invalid offset")
		}
	}
	for _, bound := range []struct {
		name, text string
		most       int
	}{{"q", text(p.Q), maxQuestion}, {"locale", text(p.Locale), maxLocale}} {
		if utf8.RuneCountInString(bound.text) > bound.most || !utf8.ValidString(bound.text) || strings.ContainsRune(bound.text, 0) {
			return page, models.Invalid(bound.name, "Invalid "+bound.name)
		}
	}
	return page, nil
}

// GetArticle answers a published article.
func (h handlers) GetArticle(ctx context.Context, r GetArticleRequestObject) (GetArticleResponseObject, error) {
	uid, err := models.ParseID(models.PrefixArticle, r.Id)
	if err != nil {
		return nil, chat.ErrArticleNotFound
	}
	a, err := h.Chat.Article(ctx, guest(surface.Site(ctx)), uid)
	if err != nil {
		return nil, err
	}
	return GetArticle200JSONResponse(view.ArticleForVisitor(a)), nil
}

// guest is somebody on the site of whom nothing is known.
func guest(site models.Site) models.Principal {
	return models.Principal{Kind: models.KindVisitor, AccountID: site.AccountID, SiteID: site.ID}
}

// teasers are never null.
func teasers[R any](rows []R, encode func(R) view.ArticleTeaser) []view.ArticleTeaser {
	all := make([]view.ArticleTeaser, 0, len(rows))
	for _, row := range rows {
		all = append(all, encode(row))
	}
	return all
}
