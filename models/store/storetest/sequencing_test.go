package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
)

// positions are the events' places in their order.
func positions(events []models.Event) []int64 {
	all := make([]int64, len(events))
	for i, e := range events {
		all[i] = *e.Pos
	}
	return all
}

// counted is 1, 2, … n.
func counted(n int) []int64 {
	all := make([]int64, n)
	for i := range all {
		all[i] = int64(i + 1)
	}
	return all
}

var sequencing = map[string]func(*testing.T, *store.Store){
	"each account's log is numbered from 1 without holes": func(t *testing.T, s *store.Store) {
		one, two := NewCompany(t, s), NewCompany(t, s)
		k, other := one.NewTalk(t), two.NewTalk(t)
		for range 3 {
			post(t, s, k.Visitor, k.Says("one"))
			post(t, s, other.Visitor, other.Says("two"))
			post(t, s, k.Visitor, k.Says("one"))
		}
		heads, err := s.Sequence(t.Context())
		must(t, err)
		got := map[int64]int64{}
		for _, h := range heads {
			got[h.AccountID] = h.Pos
		}
		equal(t, "the heads", got, map[int64]int64{one.Rows.Live.ID: 6, two.Rows.Live.ID: 3})
		equal(t, "the first log", positions(one.events(t)), counted(6))
		equal(t, "the second log", positions(two.events(t)), counted(3))
		again, err := s.Sequence(t.Context())
		must(t, err)
		equal(t, "nothing new", len(again), 0)
		first, last, err := s.EventSpan(t.Context(), one.Owner)
		must(t, err)
		equal(t, "the span", []int64{first, last}, []int64{1, 6})
	},
	"events without a place are not in the log yet": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		post(t, s, k.Visitor, k.Says("Hello"))
		rows, err := s.EventsAfter(t.Context(), c.Owner, 0, 10)
		must(t, err)
		equal(t, "the log", len(rows), 0)
		first, last, err := s.EventSpan(t.Context(), c.Owner)
		must(t, err)
		equal(t, "the span", []int64{first, last}, []int64{0, 0})
	},
	"more events than one batch takes all get their place": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		Do(t, s, func(ctx context.Context, tx chat.Tx) error {
			for range 2100 {
				if err := tx.AddEvent(ctx, c.System, &models.Event{Type: models.EventContactUpdated}); err != nil {
					return err
				}
			}
			return nil
		})
		heads, err := s.Sequence(t.Context())
		must(t, err)
		equal(t, "the head", heads, []chat.Head{{AccountID: c.Rows.Live.ID, Pos: 2100}})
		all := c.events(t)
		equal(t, "the places", positions(all), counted(2100))
		for i := 1; i < len(all); i++ {
			if all[i].ID <= all[i-1].ID {
				t.Fatalf("place %d goes to a younger event", i)
			}
		}
	},
	"the log is read in pages with what it speaks of": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		c.label(t, k, "urgent")
		c.change(t, k, []string{"assigned_to"}, func(row *models.Conversation) { row.AssignedTo = &c.Owner.UserID })
		e := k.Answers(c.Owner, "here")
		e.Files = []models.Attachment{file("one.png")}
		sent := post(t, s, c.Owner, e).Message
		post(t, s, k.Visitor, k.Says("thanks"))
		all := c.events(t)
		equal(t, "the message", *all[0].Message, sent)
		equal(t, "the conversation", *all[0].Conversation, c.conversation(t, k))
		equal(t, "the account", all[0].AccountUID, c.Rows.Live.UID)
		page, err := s.EventsAfter(t.Context(), c.Owner, 1, 10)
		must(t, err)
		equal(t, "the second page", positions(page), []int64{2})
		page, err = s.EventsAfter(t.Context(), c.Owner, 0, 1)
		must(t, err)
		equal(t, "the first page", positions(page), []int64{1})
	},
	"a follower of the log skips nothing, however late a transaction commits": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		talks := make([]Talk, 8)
		for i := range talks {
			talks[i] = c.NewTalk(t)
		}
		const rounds = 25
		var writing sync.WaitGroup
		for i, k := range talks {
			writing.Go(func() {
				for round := range rounds {
					c.linger(t, k, fmt.Sprintf("%d-%d", i, round))
				}
			})
		}
		finished := make(chan struct{})
		go func() {
			writing.Wait()
			close(finished)
		}()
		var sequencers sync.WaitGroup
		for range 3 {
			sequencers.Go(func() { sequenceUntil(t, s, finished) })
		}
		c.follow(t, len(talks)*rounds)
		sequencers.Wait()
	},
}

// linger posts in a transaction that stays open for some statements more.
func (c Company) linger(t *testing.T, k Talk, text string) {
	err := c.Store.InTx(t.Context(), func(ctx context.Context, tx chat.Tx) error {
		if _, err := tx.Post(ctx, k.Visitor, k.Says(text)); err != nil {
			return err
		}
		for range rand.IntN(6) {
			if _, err := tx.Conversation(ctx, c.Owner, k.Conversation.UID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// sequenceUntil gives places as long as somebody writes, and once more.
func sequenceUntil(t *testing.T, s *store.Store, finished <-chan struct{}) {
	for last := false; !last; {
		select {
		case <-finished:
			last = true
		default:
		}
		if _, err := s.Sequence(t.Context()); err != nil {
			t.Error(err)
			return
		}
	}
}

// follow reads the log as a socket does, by place, and wants every message once.
func (c Company) follow(t *testing.T, total int) {
	seen := map[string]int{}
	pos, count := int64(0), 0
	for end := time.Now().Add(2 * time.Minute); count < total && time.Now().Before(end); {
		page, err := c.Store.EventsAfter(t.Context(), c.Owner, pos, 17)
		must(t, err)
		for _, e := range page {
			equal(t, "the next place", *e.Pos, pos+1)
			pos = *e.Pos
			seen[e.Message.Content]++
			count++
		}
	}
	equal(t, "different messages", len(seen), total)
	equal(t, "events", count, total)
}
