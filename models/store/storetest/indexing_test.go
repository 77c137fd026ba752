package storetest

import (
	"testing"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
)

var indexing = map[string]func(*testing.T, *store.Store){
	"a change is found at once, and what was there before no more": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		subject := func(text string) {
			c.change(t, k, []string{"subject"}, func(row *models.Conversation) { row.Subject = &text })
		}
		subject("Broken kettle")
		equal(t, "the first subject", c.list(t, chat.ConversationQuery{Search: "kettle"}), []models.UID{k.Conversation.UID})
		subject("Cracked teapot")
		for range 2 {
			equal(t, "the old subject", c.list(t, chat.ConversationQuery{Search: "kettle"}), []models.UID{})
			equal(t, "the new subject", c.list(t, chat.ConversationQuery{Search: "crack"}), []models.UID{k.Conversation.UID})
		}
	},
	"another account's words are nobody else's": func(t *testing.T, s *store.Store) {
		c, other := NewCompany(t, s), NewCompany(t, s)
		k, theirs := c.NewTalk(t), other.NewTalk(t)
		post(t, s, k.Visitor, k.Says("the same word"))
		post(t, s, theirs.Visitor, theirs.Says("the same word"))
		equal(t, "ours", c.list(t, chat.ConversationQuery{Search: "same"}), []models.UID{k.Conversation.UID})
		equal(t, "theirs", other.list(t, chat.ConversationQuery{Search: "same word"}), []models.UID{theirs.Conversation.UID})
	},
	"the index catches up, batch by batch, while others write": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		done := make(chan struct{})
		go func() {
			defer close(done)
			crowd(100, func(int) {
				if _, err := s.Post(t.Context(), k.Visitor, k.Says("early bird")); err != nil {
					t.Error(err)
				}
			})
		}()
		for running := true; running; {
			select {
			case <-done:
				running = false
			default:
			}
			_, err := s.Index(t.Context())
			must(t, err)
		}
		n, err := s.Index(t.Context())
		must(t, err)
		equal(t, "tasks that remain", n, 0)
		equal(t, "found", c.list(t, chat.ConversationQuery{Search: "bird"}), []models.UID{k.Conversation.UID})
	},
	"a page of a search says how many there are in all": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		for range 5 {
			k := c.NewTalk(t)
			post(t, s, k.Visitor, k.Says("parcel"))
		}
		for _, want := range []struct{ limit, offset, rows int }{{2, 0, 2}, {2, 4, 1}, {2, 6, 0}, {100, 0, 5}} {
			list, err := s.Conversations(t.Context(), c.Owner, chat.ConversationQuery{
				Search: "parc", Page: models.Page{Limit: want.limit, Offset: want.offset},
			})
			must(t, err)
			equal(t, "rows", len(list.Rows), want.rows)
			equal(t, "total", list.Total, 5)
		}
	},
}
