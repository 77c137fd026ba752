package storetest

import (
	"context"
	"strings"
	"testing"

	"parley/models"
	"parley/models/chat"
	"parley/models/knowledge"
	"parley/models/store"
)

// teach makes a published article of the company's.
func (c Company) teach(t testing.TB, title, content, language string) models.Article {
	t.Helper()
	a := models.Article{UID: models.NewUID(), Title: title, Content: content, Tags: []string{}, Published: true, CreatedAt: moment(), UpdatedAt: moment()}
	if language != "" {
		a.Language = &language
	}
	Do(t, c.Store, func(ctx context.Context, tx chat.Tx) error {
		return tx.CreateArticle(ctx, c.Owner, &a, knowledge.Split(content))
	})
	return a
}

// knows are the titles of the passages that a question finds, best first.
func (c Company) knows(t testing.TB, who models.Principal, question, language string) string {
	t.Helper()
	passages, err := c.Store.Passages(t.Context(), who, chat.PassageQuery{Question: question, Language: language, Limit: 5})
	must(t, err)
	titles := []string{}
	for i, p := range passages {
		titles = append(titles, p.Title)
		if p.Coverage <= 0 || p.Coverage > 1 || (i > 0 && p.Score > passages[i-1].Score) {
			t.Errorf("%q: passage %d has the score %f and the coverage %f", question, i, p.Score, p.Coverage)
		}
	}
	return strings.Join(titles, ", ")
}

// knowTarget is a target with a published article and a draft.
type knowTarget struct {
	target
	article, draft models.Article
}

func newKnowTarget(t testing.TB, s *store.Store) knowTarget {
	t.Helper()
	g := knowTarget{target: newTarget(t, s)}
	g.article = g.teach(t, "Secret", "The secret is a quetzal.", "")
	source := "draft.md"
	g.draft = models.Article{UID: models.NewUID(), Title: "Draft", Content: "An axolotl.", Tags: []string{"a"}, Source: &source, CreatedAt: moment(), UpdatedAt: moment()}
	Do(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.CreateArticle(ctx, g.Owner, &g.draft, nil) })
	return g
}

func (g knowTarget) knowReads() map[string]attempt {
	return map[string]attempt{
		"Articles": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			list, err := tx.Articles(ctx, who, chat.ArticleQuery{Page: hundred})
			return len(list.Rows) + int(list.Total), err
		},
		"Articles by text": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			list, err := tx.Articles(ctx, who, chat.ArticleQuery{Search: "SECRET", Page: hundred})
			return len(list.Rows) + int(list.Total), err
		},
		"Article": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			_, err := tx.Article(ctx, who, g.article.UID)
			return 1, err
		},
		"Passages": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			found, err := tx.Passages(ctx, who, chat.PassageQuery{Question: "What is the secret quetzal?", Limit: 5})
			return len(found), err
		},
	}
}

func (g knowTarget) knowWrites() map[string]attempt {
	return map[string]attempt{
		"UpdateArticle": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			row := g.article
			row.Content = "intruder"
			return 0, tx.UpdateArticle(ctx, who, &row, knowledge.Split("intruder"))
		},
		"MoveArticle": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			return 0, tx.MoveArticle(ctx, who, g.article.UID, "theirs.md")
		},
		"LockArticle": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			_, err := tx.LockArticle(ctx, who, g.article.UID)
			return 0, err
		},
		"DeleteArticle": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			return 0, tx.DeleteArticle(ctx, who, g.article.UID)
		},
	}
}

func (g knowTarget) isStillKnown(t *testing.T) {
	t.Helper()
	got, err := g.Store.Article(t.Context(), g.Owner, g.article.UID)
	must(t, err)
	equal(t, "the article", got, g.article)
	equal(t, "the passages", g.knows(t, g.Owner, "quetzal intruder axolotl", ""), "Secret")
}

var knowing = map[string]func(*testing.T, *store.Store){
	"another account finds and changes no article": func(t *testing.T, s *store.Store) {
		g, stranger := newKnowTarget(t, s), NewCompany(t, s)
		for _, who := range []models.Principal{stranger.Owner, stranger.System, g.Sandbox} {
			g.isHiddenFrom(t, who, g.knowReads())
			g.isClosedTo(t, who, g.knowWrites())
		}
		Do(t, s, func(ctx context.Context, tx chat.Tx) error {
			found, err := tx.ArticlesBySource(ctx, stranger.Owner, []string{"draft.md"})
			equal(t, "a stranger's sources", len(found), 0)
			return err
		})
		g.isStillKnown(t)
	},
	"nobody, and a visitor who would write, may do nothing with articles": func(t *testing.T, s *store.Store) {
		g := newKnowTarget(t, s)
		for _, who := range []models.Principal{{}, {Kind: models.KindUser}, {AccountID: g.Rows.Live.ID}} {
			for name, attempt := range g.knowReads() {
				fails(t, name, try(t, s, func(ctx context.Context, tx chat.Tx) error { _, err := attempt(ctx, tx, who); return err }), models.ErrForbidden)
			}
		}
		for _, who := range []models.Principal{{}, g.Visitor} {
			for name, attempt := range g.knowWrites() {
				fails(t, name, try(t, s, func(ctx context.Context, tx chat.Tx) error { _, err := attempt(ctx, tx, who); return err }), models.ErrForbidden)
			}
			fails(t, "CreateArticle", try(t, s, func(ctx context.Context, tx chat.Tx) error {
				return tx.CreateArticle(ctx, who, &models.Article{UID: models.NewUID()}, nil)
			}), models.ErrForbidden)
			fails(t, "ArticlesBySource", try(t, s, func(ctx context.Context, tx chat.Tx) error {
				_, err := tx.ArticlesBySource(ctx, who, []string{"draft.md"})
				return err
			}), models.ErrForbidden)
		}
		g.isStillKnown(t)
	},
	"a visitor and an assistant read what is published alone": func(t *testing.T, s *store.Store) {
		g := newKnowTarget(t, s)
		assistant := models.Principal{Kind: models.KindAssistant, AccountID: g.Rows.Live.ID}
		for who, want := range map[*models.Principal]int64{&g.Visitor: 1, &assistant: 1, &g.Owner: 2} {
			list, err := s.Articles(t.Context(), *who, chat.ArticleQuery{Page: hundred})
			must(t, err)
			equal(t, "the articles of a "+string(who.Kind), list.Total, want)
			_, err = s.Article(t.Context(), *who, g.draft.UID)
			if (err == nil) != (want == 2) {
				t.Errorf("a %s reads a draft: %v", who.Kind, err)
			}
			equal(t, "the passages", g.knows(t, *who, "axolotl quetzal", ""), "Secret")
		}
		long := strings.Repeat("长", 700)
		g.teach(t, "A long one", long, "")
		list, err := s.Articles(t.Context(), g.Visitor, chat.ArticleQuery{Page: hundred})
		must(t, err)
		equal(t, "the beginning", list.Rows[0].Content, long[:3*600])
	},
	"an article is found as it is, from the commit on": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		a := c.teach(t, "Returns", "# Time\n\nSend it back within thirty days.\n\n# Cost\n\nReturning is free.", "")
		c.teach(t, "Warranty", "Two years.", "")
		equal(t, "at first", c.knows(t, c.Owner, "How many days do I have for returning?", ""), "Returns, Returns")
		passages, err := s.Passages(t.Context(), c.Owner, chat.PassageQuery{Question: "thirty days?", Limit: 1})
		must(t, err)
		p := passages[0]
		if p.Article != a.UID || p.Heading != "Time" || p.Content != "Send it back within thirty days." || p.Coverage != 1 {
			t.Errorf("the passage is %+v", p)
		}
		change := func(content string, published bool, chunks []knowledge.Chunk) {
			a.Content, a.Published = content, published
			Do(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.UpdateArticle(ctx, c.Owner, &a, chunks) })
		}
		change("An axolotl.", true, knowledge.Split("An axolotl."))
		equal(t, "its old text", c.knows(t, c.Owner, "thirty days", ""), "")
		equal(t, "its new text", c.knows(t, c.Owner, "axolotl", ""), "Returns")
		change("An axolotl.", false, nil)
		equal(t, "a draft", c.knows(t, c.Owner, "axolotl returns", ""), "")
		change("An axolotl.", true, knowledge.Split("An axolotl."))
		Do(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.DeleteArticle(ctx, c.Owner, a.UID) })
		equal(t, "a deleted one", c.knows(t, c.Owner, "axolotl returns", ""), "")
		_, err = s.Article(t.Context(), c.Owner, a.UID)
		fails(t, "reading it", err, chat.ErrArticleNotFound)
	},
	"a refused article leaves nothing to be found": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		source := "a.md"
		add := func() error {
			a := models.Article{UID: models.NewUID(), Title: "A", Content: "axolotl", Published: true, Source: &source, CreatedAt: moment(), UpdatedAt: moment()}
			return try(t, s, func(ctx context.Context, tx chat.Tx) error {
				return tx.CreateArticle(ctx, c.Owner, &a, knowledge.Split("axolotl"))
			})
		}
		must(t, add())
		conflicts(t, "the same source", add())
		equal(t, "the passages", c.knows(t, c.Owner, "axolotl", ""), "A")
	},
	"rare words decide, in every script": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		for _, a := range [][3]string{
			{"Returns", "You can return an order within 30 days.", "en"}, {"Delivery", "An order takes three days to Norway.", "en"},
			{"Cancelling", "Cancel an order before it ships.", "en"}, {"Rückgabe", "Bestellungen können innerhalb von 30 Tagen zurückgegeben werden.", "de"},
			{"الإرجاع", "يمكنك إرجاع الطلب خلال ثلاثين يومًا.", "ar"}, {"退货", "您可以在三十天内退货。", "zh"}, {"返品", "三十日以内に返品できます。", "ja"}, {"반품", "삼십 일 이내에 반품할 수 있습니다.", "ko"},
		} {
			c.teach(t, a[0], a[1], a[2])
		}
		for question, want := range map[string]string{
			"Do you deliver orders to norway?": "Delivery", "order CANCELLATION": "Cancelling", "can I return my ordered goods": "Returns",
			"Kann ich eine Bestellung zurückgeben?": "Rückgabe", "هل يمكن إرجاع الطلبات؟": "الإرجاع", "怎么退货？": "退货", "返品したい": "返品", "반품 어떻게 해요": "반품",
		} {
			if got, _, _ := strings.Cut(c.knows(t, c.guest(), question, ""), ","); got != want {
				t.Errorf("%q finds %q, want %q", question, got, want)
			}
		}
	},
	"among equals the asker's language comes first": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		c.teach(t, "Hotel A", "The hotel bar.", "en-GB")
		c.teach(t, "Hotel B", "Die hotel bar.", "de")
		equal(t, "in English", c.knows(t, c.Owner, "hotel bar", "en"), "Hotel A, Hotel B")
		equal(t, "in German", c.knows(t, c.Owner, "hotel bar", "de-AT"), "Hotel B, Hotel A")
		list, err := s.Articles(t.Context(), c.Owner, chat.ArticleQuery{Language: "en", Page: hundred})
		must(t, err)
		equal(t, "of English", len(list.Rows), 1)
	},
	"hostile questions are plain text": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		c.teach(t, "Returns", "Send it back within 30 days.", "")
		for _, question := range []string{
			"'", `"`, "returns' OR 1=1 --", "returns:*", "!returns", "re(turns", "returns & | ! <-> ()", `"returns" NEAR/2 NOT -x`, "%", "_", `\`,
			"returns*", "^returns", "{title}:returns", "$1 ?", "\u202e returns", strings.Repeat("returns ", 5000), strings.Repeat("word1 word2 ", 3000) + "returns",
			strings.Repeat("x", 100_000) + " returns", "returns \u0301\u0301", "; DROP TABLE articles; returns",
		} {
			passages, err := s.Passages(t.Context(), c.Owner, chat.PassageQuery{Question: question, Limit: 5})
			if err != nil {
				t.Errorf("%.40q: %v", question, err)
			}
			if strings.Contains(question, "returns") && len(passages) != 1 {
				t.Errorf("%.40q finds %d passages", question, len(passages))
			}
		}
		many := []string{}
		for i := range 3000 {
			many = append(many, "w"+strings.Repeat("o", i%7)+unique("x"))
		}
		_, err := s.Passages(t.Context(), c.Owner, chat.PassageQuery{Question: strings.Join(many, " "), Limit: 5})
		must(t, err)
	},
}

// guest is somebody on the company's site who has not written yet.
func (c Company) guest() models.Principal {
	return models.Principal{Kind: models.KindVisitor, AccountID: c.Rows.Live.ID, SiteID: c.Site.ID}
}
