package store_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
	"parley/models/store/storetest"
)

// library is the same account on one of the databases.
type library struct {
	storetest.Company
	bulk storetest.Bulk
}

func openLibrary(t *testing.T, database string, talks [][]string) library {
	t.Helper()
	url := storetest.URL(t, database)
	s, err := store.Open(t.Context(), store.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	l := library{storetest.NewCompany(t, s), storetest.OpenBulk(t, url)}
	l.bulk.Talks(t, l.Company, len(talks), func(i int) []string { return talks[i] })
	return l
}

// emails are the contacts of the conversations that a search finds, in their order.
func (l library) emails(t *testing.T, text string) []string {
	t.Helper()
	list, err := l.Store.Conversations(t.Context(), l.Owner, chat.ConversationQuery{
		Search: text, Sort: chat.SortCreatedAsc, Page: models.Page{Limit: 10_000},
	})
	if err != nil {
		t.Fatal(err)
	}
	found := []string{}
	for _, c := range list.Rows {
		found = append(found, *c.Contact.Email)
	}
	if int(list.Total) != len(found) {
		t.Errorf("%q: total %d, rows %d", text, list.Total, len(found))
	}
	return found
}

// said are the newest messages that a search finds.
func (l library) said(t *testing.T, text string) []string {
	t.Helper()
	f, err := l.Store.Search(t.Context(), l.Owner, chat.SearchQuery{
		Text: text, Limit: 20, Kinds: []models.SearchKind{models.SearchMessage},
	})
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{}
	for _, m := range f.Messages.Rows {
		texts = append(texts, m.Content)
	}
	return texts
}

// needles are parts of what was said, and texts that nobody said.
func needles(random *rand.Rand, talks [][]string) []string {
	all := []string{"e", "er", "order", "my order", "ORDER  ", "款", "退款", "请给我退款", "zz", "#1", "# ", "%", "quetzal", "customer7", "customer 1"}
	for range 60 {
		text := []rune(talks[random.IntN(len(talks))][0])
		from := random.IntN(len(text) - 1)
		part := string(text[from : from+1+random.IntN(min(24, len(text)-from-1))])
		if random.IntN(2) == 0 {
			part = strings.ToUpper(part)
		}
		if strings.TrimSpace(part) != "" {
			all = append(all, part)
		}
	}
	return all
}

func TestBothDatabasesFindTheSameAndAllThereIs(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 7))
	talks := make([][]string, 120)
	for i := range talks {
		talks[i] = chatter(random, 3)
	}
	lite, pg := openLibrary(t, storetest.SQLite, talks), openLibrary(t, storetest.Postgres, talks)
	search := needles(random, talks)
	for _, indexed := range []bool{false, true} {
		if indexed {
			storetest.Index(t, lite.Store)
			storetest.Index(t, pg.Store)
		}
		for _, text := range search {
			want := expected(talks, text)
			for database, l := range map[string]library{"SQLite": lite, "PostgreSQL": pg} {
				if got := l.emails(t, text); !slices.Equal(got, want) {
					t.Errorf("%s, indexed %t, %q: %d conversations, want %d", database, indexed, text, len(got), len(want))
				}
			}
			if a, b := lite.said(t, text), pg.said(t, text); !slices.Equal(a, b) {
				t.Errorf("indexed %t, %q: %d messages in SQLite, %d in PostgreSQL", indexed, text, len(a), len(b))
			}
		}
	}
}

// expected finds by reading everything.
func expected(talks [][]string, text string) []string {
	found := []string{}
	text = strings.ToLower(text)
	for i, talk := range talks {
		email, name := storetest.Customer(i)
		for _, part := range append(slices.Clone(talk), email, name) {
			if strings.Contains(strings.ToLower(part), text) {
				found = append(found, email)
				break
			}
		}
	}
	return found
}

func TestArticlesAreFoundByTitleAndText(t *testing.T) {
	t.Parallel()
	for _, database := range []string{storetest.SQLite, storetest.Postgres} {
		l := openLibrary(t, database, nil)
		found := func(text string) int {
			f, err := l.Store.Search(t.Context(), l.Owner, chat.SearchQuery{Text: text, Limit: 10, Kinds: []models.SearchKind{models.SearchArticle}})
			if err != nil {
				t.Fatal(err)
			}
			return len(f.Articles.Rows)
		}
		l.bulk.Run(t, "INSERT INTO articles (uid, account_id, title, content, published, created_at, updated_at) "+
			"VALUES (?, ?, 'How to return goods', 'Send them 送回 to us', true, '2026-01-01 00:00:00+00:00', '2026-01-01 00:00:00+00:00')",
			models.NewUID().String(), l.Rows.Live.ID)
		for range 2 {
			if found("RETURN goods") != 1 || found("送回") != 1 || found("sofa") != 0 {
				t.Errorf("%s: %d by title, %d by text, %d by nothing", database, found("RETURN goods"), found("送回"), found("sofa"))
			}
			storetest.Index(t, l.Store)
		}
		l.bulk.Run(t, "DELETE FROM articles WHERE account_id = ?", l.Rows.Live.ID)
		for range 2 {
			if n := found("送回"); n != 0 {
				t.Errorf("%s: a deleted article was found", database)
			}
			storetest.Index(t, l.Store)
		}
		var left int
		if err := l.bulk.QueryRowContext(t.Context(), "SELECT count(*) FROM search_packs WHERE kind = 'article'").Scan(&left); err != nil || left != 0 {
			t.Errorf("%s: the text of what was deleted remains: %d, %v", database, left, err)
		}
	}
}
