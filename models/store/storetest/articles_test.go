package storetest

import (
	"context"
	"testing"

	"parley/models"
	"parley/models/chat"
	"parley/models/knowledge"
	"parley/models/store"
)

// sourced is an article that was imported, not stored yet.
func sourced(title, source string) models.Article {
	return models.Article{
		UID: models.NewUID(), Title: title, Content: "axolotl", Tags: []string{}, Published: true, Source: &source,
		CreatedAt: moment(), UpdatedAt: moment(),
	}
}

var articles = map[string]func(*testing.T, *store.Store){
	"articles come by title, page by page": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		var made []models.UID
		for _, title := range []string{"a", "B", "Ä", "a"} {
			made = append(made, c.teach(t, title, "Text.", "").UID)
		}
		want := []models.UID{made[1], made[0], made[3], made[2]}
		for _, search := range []string{"", "TEXT"} {
			list := func(ctx context.Context, who models.Principal, p models.Page) (models.List[models.Article], error) {
				return s.Articles(ctx, who, chat.ArticleQuery{Search: search, Page: p})
			}
			paged(t, "articles", want, list, c.Owner, func(a models.Article) models.UID { return a.UID })
		}
	},
	"tags that are no list are none": func(t *testing.T, s *store.Store) {
		c, stranger := NewCompany(t, s), NewCompany(t, s)
		for title, tags := range map[string][]string{"None": nil, "Empty": {}, "One": {"goods"}} {
			a := sourced(title, title)
			a.Tags, a.Published = tags, title != "Empty"
			Do(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.CreateArticle(ctx, c.Owner, &a, nil) })
		}
		got, err := s.ArticleCounts(t.Context(), c.Owner)
		must(t, err)
		equal(t, "the counts", got, chat.ArticleCounts{Published: 2, Drafts: 1, Tags: map[string]int64{"goods": 1}, Languages: map[string]int64{}})
		got, err = s.ArticleCounts(t.Context(), models.Principal{Kind: models.KindVisitor, AccountID: c.Owner.AccountID})
		must(t, err)
		equal(t, "a visitor's drafts", got.Drafts, int64(0))
		list, err := s.Articles(t.Context(), c.Owner, chat.ArticleQuery{Tag: "goods", Page: models.Page{Limit: 10}})
		must(t, err)
		equal(t, "with the tag", list.Total, int64(1))
		list, err = s.Articles(t.Context(), stranger.Owner, chat.ArticleQuery{Tag: "goods", Page: models.Page{Limit: 10}})
		must(t, err)
		equal(t, "a stranger's with the tag", list.Total, int64(0))
	},
	"a source is one account's own": func(t *testing.T, s *store.Store) {
		c, stranger := NewCompany(t, s), NewCompany(t, s)
		a := sourced("A", "a.md")
		Do(t, s, func(ctx context.Context, tx chat.Tx) error {
			must(t, tx.CreateArticle(ctx, c.Owner, &a, nil))
			for _, who := range []models.Principal{c.Sandbox, stranger.Owner} {
				theirs := sourced("Theirs", "a.md")
				must(t, tx.CreateArticle(ctx, who, &theirs, nil))
			}
			found, err := tx.ArticlesBySource(ctx, c.Owner, []string{"b.md", "a.md"})
			equal(t, "by source", found, map[string]models.Article{"a.md": a})
			return err
		})
	},
	"a change writes neither where an article came from nor what it is called by": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		a := sourced("A", "a.md")
		Do(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.CreateArticle(ctx, c.Owner, &a, nil) })
		changed, other := a, "b.md"
		changed.Title, changed.UID, changed.Source = "B", models.NewUID(), &other
		Do(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.UpdateArticle(ctx, c.Owner, &changed, nil) })
		got, err := s.Article(t.Context(), c.Owner, a.UID)
		must(t, err)
		a.Title = "B"
		equal(t, "the article", got, a)
	},
	"an article that is moved is known by its new source alone": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		a, other := sourced("A", "a.md"), sourced("B", "b.md")
		Do(t, s, func(ctx context.Context, tx chat.Tx) error {
			must(t, tx.CreateArticle(ctx, c.Owner, &a, nil))
			must(t, tx.CreateArticle(ctx, c.Owner, &other, nil))
			return tx.MoveArticle(ctx, c.Owner, a.UID, "help/a.md")
		})
		Do(t, s, func(ctx context.Context, tx chat.Tx) error {
			found, err := tx.ArticlesBySource(ctx, c.Owner, []string{"a.md", "help/a.md", "b.md"})
			moved := "help/a.md"
			a.Source = &moved
			equal(t, "by source", found, map[string]models.Article{moved: a, "b.md": other})
			return err
		})
		if try(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.MoveArticle(ctx, c.Owner, a.UID, "b.md") }) == nil {
			t.Error("two articles have one source")
		}
	},
	"what is undone is found as it was": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		kept, gone := c.teach(t, "Kept", "quetzal", ""), c.teach(t, "Gone", "axolotl", "")
		fails(t, "the transaction", try(t, s, func(ctx context.Context, tx chat.Tx) error {
			changed := kept
			changed.Content = "axolotl"
			must(t, tx.UpdateArticle(ctx, c.Owner, &changed, knowledge.Split("axolotl")))
			must(t, tx.DeleteArticle(ctx, c.Owner, gone.UID))
			return errUndone
		}), errUndone)
		equal(t, "by the old words", c.knows(t, c.Owner, "quetzal", ""), "Kept")
		equal(t, "by the other's", c.knows(t, c.Owner, "axolotl", ""), "Gone")
	},
	"an article that is tried again gets a number of its own": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		a := sourced("A", "a.md")
		fails(t, "the first try", try(t, s, func(ctx context.Context, tx chat.Tx) error {
			must(t, tx.CreateArticle(ctx, c.Owner, &a, knowledge.Split("axolotl")))
			return errUndone
		}), errUndone)
		other := c.teach(t, "Other", "quetzal", "")
		a.ID = other.ID // on SQLite it is already
		Do(t, s, func(ctx context.Context, tx chat.Tx) error {
			return tx.CreateArticle(ctx, c.Owner, &a, knowledge.Split("axolotl"))
		})
		equal(t, "what is found", c.knows(t, c.Owner, "axolotl", ""), "A")
	},
}
