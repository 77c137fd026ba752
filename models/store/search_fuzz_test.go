package store_test

import (
	"context"
	"strings"
	"testing"
	"unicode/utf8"

	"parley/models"
	"parley/models/chat"
	"parley/models/store/storetest"
)

// searched is what the conversations of the test say.
var searched = []string{
	"Hello world", "100 % of a_b \\ c", "It's \"quoted\" * and :*&!| (so)", "東京で会いましょう", "NEAR OR AND NOT", "ÉCOLE straße", "<b>&amp;</b> -- ; DROP TABLE x",
}

func FuzzSearchTextIsTextAndNothingElse(f *testing.F) {
	s := storetest.Open(f, storetest.SQLite)
	c := storetest.NewCompany(f, s)
	for _, text := range searched {
		k := c.NewTalk(f)
		if _, err := s.Post(f.Context(), c.Owner, k.Answers(c.Owner, text)); err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	for _, seed := range []string{"%", "_", `\`, `"`, "'", "*", "a*", "(", "NEAR(a b)", "東", "京で", "é", "ß", "^a", "{x}", "a AND b", "\u202e", "😀"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.TrimSpace(text)
		if text == "" || !utf8.ValidString(text) || strings.ContainsRune(text, 0) || len(text) > 1000 {
			return // a surface lets none of these through
		}
		list, err := s.Conversations(context.WithoutCancel(t.Context()), c.Owner, chat.ConversationQuery{
			Search: text, Sort: chat.SortLastMessageDesc, Page: models.Page{Limit: 100},
		})
		if err != nil {
			t.Fatalf("searching %q: %v", text, err)
		}
		found := map[string]bool{}
		for _, row := range list.Rows {
			found[row.LastMessagePreview] = true
		}
		for _, said := range searched {
			if strings.Contains(said, text) && !found[said] {
				t.Errorf("%q does not find %q", text, said)
			}
		}
	})
}
