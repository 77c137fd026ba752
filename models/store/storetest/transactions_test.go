package storetest

import (
	"context"
	"errors"
	"runtime"
	"testing"

	"parley/models/chat"
	"parley/models/store"
)

// errChanged is why a test's transaction is given up.
var errChanged = errors.New("changed my mind")

var transactions = map[string]func(*testing.T, *store.Store){
	"a transaction that fails leaves nothing": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		err := try(t, s, func(ctx context.Context, tx chat.Tx) error {
			contact := contactNamed("new@example.com")
			if _, err := tx.FindOrCreateContact(ctx, c.System, &contact); err != nil {
				return err
			}
			if err := tx.ChangeLabels(ctx, c.Owner, k.Conversation.ID, chat.LabelChange{Add: []string{"new"}}); err != nil {
				return err
			}
			if _, err := tx.Post(ctx, k.Visitor, k.Says("Hello")); err != nil {
				return err
			}
			return errChanged
		})
		fails(t, "the transaction", err, errChanged)
		c.isUntouched(t, k)
	},
	"a transaction sees what it has written, others do not yet": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		Do(t, s, func(ctx context.Context, tx chat.Tx) error {
			if _, err := tx.Post(ctx, k.Visitor, k.Says("Hello")); err != nil {
				return err
			}
			inside, err := tx.Transcript(ctx, k.Visitor, chat.TranscriptQuery{ConversationID: k.Conversation.ID})
			equal(t, "inside", contents(inside), []string{"Hello"})
			equal(t, "outside", len(c.messages(t, k)), 0)
			return err
		})
		equal(t, "afterwards", contents(c.messages(t, k)), []string{"Hello"})
	},
	"a panic is the caller's and leaves nothing": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		func() {
			defer func() { equal(t, "the panic", recover(), any("oh no")) }()
			_ = try(t, s, func(ctx context.Context, tx chat.Tx) error {
				if _, err := tx.Post(ctx, k.Visitor, k.Says("Hello")); err != nil {
					return err
				}
				panic("oh no")
			})
		}()
		c.isUntouched(t, k)
	},
	"a goroutine that ends itself leaves nothing": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = try(t, s, func(ctx context.Context, tx chat.Tx) error {
				if _, err := tx.Post(ctx, k.Visitor, k.Says("Hello")); err != nil {
					return err
				}
				runtime.Goexit()
				return nil
			})
		}()
		<-ended
		c.isUntouched(t, k)
	},
	"transactions at once fail each for itself": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		talks := make([]Talk, 30)
		for i := range talks {
			talks[i] = c.NewTalk(t)
		}
		crowd(len(talks), func(i int) {
			k := talks[i]
			defer func() { equal(t, "a panic", recover() != nil, i%3 == 1) }()
			err := try(t, s, func(ctx context.Context, tx chat.Tx) error {
				if _, err := tx.Post(ctx, k.Visitor, k.Says("Hello")); err != nil {
					return err
				}
				switch i % 3 {
				case 0:
					return errChanged
				case 1:
					panic("oh no")
				}
				return nil
			})
			equal(t, "an error", err != nil, i%3 == 0)
		})
		for i, k := range talks {
			equal(t, "stored", len(c.messages(t, k)) == 1, i%3 == 2)
		}
	},
	"transactions do not nest": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		Do(t, s, func(ctx context.Context, _ chat.Tx) error {
			if s.InTx(ctx, func(context.Context, chat.Tx) error { return nil }) == nil {
				t.Error("a transaction was begun inside another one")
			}
			if _, err := s.Post(ctx, k.Visitor, k.Says("Hello")); err == nil {
				t.Error("a post was made outside the transaction from inside it")
			}
			return nil
		})
	},
	"a context that ends in a transaction ends that one alone": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		talks := make([]Talk, 12)
		for i := range talks {
			talks[i] = c.NewTalk(t)
		}
		crowd(len(talks), func(i int) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			err := s.InTx(ctx, func(ctx context.Context, tx chat.Tx) error {
				if _, err := tx.Post(ctx, talks[i].Visitor, talks[i].Says("Hello")); err != nil {
					return err
				}
				if i%2 == 0 {
					cancel()
				}
				return ctx.Err()
			})
			equal(t, "cancelled", errors.Is(err, context.Canceled), i%2 == 0)
		})
		for i, k := range talks {
			equal(t, "stored", len(c.messages(t, k)) == 1, i%2 == 1)
		}
	},
}

// isUntouched wants a conversation as it was made, and nothing else in the account.
func (c Company) isUntouched(t *testing.T, k Talk) {
	t.Helper()
	want := k.Conversation
	want.Contact, want.Labels = &k.Contact, []string{}
	equal(t, "the conversation", c.conversation(t, k), want)
	equal(t, "the messages", len(c.messages(t, k)), 0)
	equal(t, "the log", len(c.events(t)), 0)
	contacts, err := c.Store.Contacts(t.Context(), c.Owner, chat.ContactQuery{Page: hundred})
	must(t, err)
	equal(t, "the contacts", contacts.Total, 1)
	equal(t, "the next number", post(t, c.Store, k.Visitor, k.Says("Next")).Message.Seq, 1)
}
