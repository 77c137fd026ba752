package storetest

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
)

// crowd runs fn n times at once.
func crowd(n int, fn func(i int)) {
	var wait sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wait.Go(func() {
			<-start
			fn(i)
		})
	}
	close(start)
	wait.Wait()
}

// isUnbroken wants n messages numbered from 1 whose times increase.
func isUnbroken(t *testing.T, messages []models.Message, n int) {
	t.Helper()
	equal(t, "how many", len(messages), n)
	for i, m := range messages {
		equal(t, "the place", m.Seq, int64(i+1))
		equal(t, "the public number", *m.PublicSeq, int64(i+1))
		if i > 0 && !m.CreatedAt.After(messages[i-1].CreatedAt) {
			t.Errorf("message %d is not later than the one before", m.Seq)
		}
	}
}

var crowds = map[string]func(*testing.T, *store.Store){
	"20 retries at once store one message": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		var fresh atomic.Int32
		var ids sync.Map
		crowd(20, func(i int) {
			p, err := s.Post(t.Context(), k.Visitor, WithClientID(k.Says(fmt.Sprint("try ", i)), "same"))
			if err != nil {
				t.Error(err)
				return
			}
			if !p.Replayed {
				fresh.Add(1)
			}
			ids.Store(p.Message.ID, p.Message.Content)
		})
		equal(t, "first ones", fresh.Load(), 1)
		stored := c.messages(t, k)
		isUnbroken(t, stored, 1)
		ids.Range(func(id, content any) bool {
			equal(t, "the id and the text", []any{id, content}, []any{stored[0].ID, stored[0].Content})
			return true
		})
		isUnbroken(t, append(stored, post(t, s, k.Visitor, k.Says("next")).Message), 2)
		equal(t, "the log", len(c.events(t)), 2)
	},
	"200 posts at once to one conversation stand in one order": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		crowd(200, func(i int) {
			who, e := k.Visitor, k.Says(fmt.Sprint(i))
			if i%2 == 0 {
				who, e = c.Owner, k.Answers(c.Owner, fmt.Sprint(i))
			}
			if _, err := s.Post(t.Context(), who, e); err != nil {
				t.Error(err)
			}
		})
		isUnbroken(t, c.messages(t, k), 200)
		got := c.conversation(t, k)
		equal(t, "the counts", []int64{got.Seq, got.PublicSeq, got.MessageCount, got.UnreadCount}, []int64{200, 200, 200, 100})
	},
	"200 posts at once to many conversations all arrive": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		talks := make([]Talk, 20)
		for i := range talks {
			talks[i] = c.NewTalk(t)
		}
		crowd(200, func(i int) {
			k := talks[i%len(talks)]
			p, err := s.Post(t.Context(), k.Visitor, k.Says(fmt.Sprint(i)))
			if err != nil {
				t.Error(err)
				return
			}
			equal(t, "the conversation", p.Message.ConversationID, k.Conversation.ID)
			equal(t, "the text", p.Message.Content, fmt.Sprint(i))
		})
		for _, k := range talks {
			isUnbroken(t, c.messages(t, k), 10)
		}
	},
	"a bad post hurts none beside it": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		talks := make([]Talk, 30)
		for i := range talks {
			talks[i] = c.NewTalk(t)
		}
		nobody := int64(1 << 40)
		crowd(90, func(i int) {
			k := talks[i%len(talks)]
			e := k.Says(fmt.Sprint(i))
			switch i % 9 {
			case 0:
				e.Conversation = models.NewUID()
				_, err := s.Post(t.Context(), c.Owner, e)
				fails(t, "an unknown conversation", err, models.ErrConversationNotFound)
			case 1:
				e.Message.UserID = &nobody
				_, err := s.Post(t.Context(), c.Owner, e)
				conflicts(t, "an unknown user", err)
			default:
				if _, err := s.Post(t.Context(), k.Visitor, e); err != nil {
					t.Errorf("a good post: %v", err)
				}
			}
		})
		total := 0
		for _, k := range talks {
			stored := c.messages(t, k)
			isUnbroken(t, stored, len(stored))
			total += len(stored)
		}
		equal(t, "good posts stored", total, 70)
	},
	"posts beside changes of the same conversation lose neither": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		crowd(60, func(i int) {
			var err error
			if i%3 == 0 {
				err = s.InTx(t.Context(), func(ctx context.Context, tx chat.Tx) error {
					row, err := tx.LockConversation(ctx, c.Owner, k.Conversation.UID)
					if err != nil {
						return err
					}
					row.ResolveCount++
					return tx.UpdateConversation(ctx, c.Owner, &row, "resolve_count")
				})
			} else {
				_, err = s.Post(t.Context(), k.Visitor, k.Says("hello"))
			}
			if err != nil {
				t.Error(err)
			}
		})
		isUnbroken(t, c.messages(t, k), 40)
		equal(t, "changes", c.conversation(t, k).ResolveCount, 20)
	},
	"16 that start with one visitor token make one conversation": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		hash := models.TokenHash("one visitor")
		var made atomic.Int32
		crowd(16, func(int) {
			err := s.InTx(t.Context(), func(ctx context.Context, tx chat.Tx) error {
				contact := contactNamed("jane@example.com")
				if _, err := tx.FindOrCreateContact(ctx, c.System, &contact); err != nil {
					return err
				}
				row := conversationOf(contact.ID, c.Site.ID, hash)
				return tx.CreateConversation(ctx, c.System, &row)
			})
			if err == nil {
				made.Add(1)
				return
			}
			fails(t, "a later one", err, models.ErrVisitorTokenTaken)
		})
		equal(t, "conversations made", made.Load(), 1)
		list, err := s.Conversations(t.Context(), c.Owner, chat.ConversationQuery{Page: models.Page{Limit: 10}})
		must(t, err)
		equal(t, "conversations stored", list.Total, 1)
		contacts, err := s.Contacts(t.Context(), c.Owner, chat.ContactQuery{Page: models.Page{Limit: 10}})
		must(t, err)
		equal(t, "contacts stored", contacts.Total, 1)
	},
	"a contact that many look for at once is made once": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		var made atomic.Int32
		var ids sync.Map
		crowd(16, func(int) {
			contact := contactNamed("jane@example.com")
			err := s.InTx(t.Context(), func(ctx context.Context, tx chat.Tx) error {
				contact = contactNamed("jane@example.com")
				created, err := tx.FindOrCreateContact(ctx, c.System, &contact)
				if created {
					made.Add(1)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
			ids.Store(contact.ID, contact.UID)
		})
		equal(t, "made", made.Load(), 1)
		different := 0
		ids.Range(func(any, any) bool { different++; return true })
		equal(t, "different contacts", different, 1)
	},
	"labels that many add at once all survive": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		talks := []Talk{c.NewTalk(t), c.NewTalk(t)}
		crowd(24, func(i int) {
			names := []string{fmt.Sprintf("label %02d", i/2), "common", "another"}
			if i%4 < 2 {
				names[1], names[2] = names[2], names[1]
			}
			err := s.InTx(t.Context(), func(ctx context.Context, tx chat.Tx) error {
				return tx.ChangeLabels(ctx, c.Owner, talks[i%2].Conversation.ID, chat.LabelChange{Add: names})
			})
			if err != nil {
				t.Error(err)
			}
		})
		for _, k := range talks {
			equal(t, "how many labels", len(c.conversation(t, k).Labels), 14)
		}
	},
}
