package store_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
	"parley/models/store/storetest"
)

// nodes are several stores on one database.
func nodes(t *testing.T, database string, n int) []*store.Store {
	t.Helper()
	url := storetest.URL(t, database)
	all := make([]*store.Store, n)
	for i := range all {
		s, err := store.Open(t.Context(), store.Options{URL: url})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		all[i] = s
	}
	return all
}

func TestTheSameMessagesSentToSeveralNodesAtOnceAreStoredOnce(t *testing.T) {
	t.Parallel()
	for _, database := range []string{storetest.SQLite, storetest.Postgres} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			all := nodes(t, database, 3)
			company := storetest.NewCompany(t, all[0])
			talks := make([]storetest.Talk, 6)
			for i := range talks {
				talks[i] = company.NewTalk(t)
			}
			const each = 25
			var fresh atomic.Int64
			var senders sync.WaitGroup
			for _, s := range all {
				for _, talk := range talks {
					for n := range each {
						senders.Go(func() {
							if !insist(t, s, talk, fmt.Sprint(n)).Replayed {
								fresh.Add(1)
							}
						})
					}
				}
			}
			senders.Wait()
			if fresh.Load() != int64(each*len(talks)) {
				t.Errorf("%d posts were fresh, want %d", fresh.Load(), each*len(talks))
			}
			for _, talk := range talks {
				isWhole(t, all[1], talk, each)
			}
		})
	}
}

// insist posts until it is stored: programs on one SQLite file take turns by chance,
// and under such a load one may wait too long.
func insist(t *testing.T, s *store.Store, talk storetest.Talk, text string) chat.Posted {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; {
		p, err := s.Post(t.Context(), talk.Visitor, storetest.WithClientID(talk.Says(text), text))
		if err == nil || !errors.Is(err, models.ErrUnavailable) || time.Now().After(end) {
			if err != nil {
				t.Error(err)
			}
			return p
		}
	}
}

// isWhole wants n different messages, numbered from 1, in the order of their times.
func isWhole(t *testing.T, s *store.Store, talk storetest.Talk, n int) {
	t.Helper()
	rows, err := s.Transcript(t.Context(), talk.Visitor, chat.TranscriptQuery{ConversationID: talk.Conversation.ID})
	if err != nil || len(rows) != n {
		t.Fatalf("%d messages are stored, want %d: %v", len(rows), n, err)
	}
	different := map[string]bool{}
	for i, m := range rows {
		different[m.Content] = true
		if m.Seq != int64(i+1) || *m.PublicSeq != m.Seq {
			t.Errorf("message %d has the numbers %d and %d", i+1, m.Seq, *m.PublicSeq)
		}
		if i > 0 && !m.CreatedAt.After(rows[i-1].CreatedAt) {
			t.Errorf("message %d is not later than the one before", m.Seq)
		}
	}
	if len(different) != n {
		t.Errorf("%d different messages are stored, want %d", len(different), n)
	}
}

func TestSeveralNodesNumberOneLog(t *testing.T) {
	t.Parallel()
	for _, database := range []string{storetest.SQLite, storetest.Postgres} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			all := nodes(t, database, 3)
			company := storetest.NewCompany(t, all[0])
			const each = 60
			var posting, numbering sync.WaitGroup
			for _, s := range all {
				talk := company.NewTalk(t)
				posting.Go(func() {
					for n := range each {
						insist(t, s, talk, fmt.Sprint(n))
					}
				})
			}
			done := make(chan struct{})
			for _, s := range all {
				numbering.Go(func() { numberUntil(t, s, done) })
			}
			seen := int64(0)
			for end := time.Now().Add(time.Minute); seen < int64(each*len(all)) && time.Now().Before(end); {
				page, err := all[2].EventsAfter(t.Context(), company.Owner, seen, 50)
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range page {
					if *e.Pos != seen+1 {
						t.Fatalf("place %d follows %d", *e.Pos, seen)
					}
					seen = *e.Pos
				}
			}
			posting.Wait()
			close(done)
			numbering.Wait()
			if first, last, err := all[1].EventSpan(t.Context(), company.Owner); err != nil || first != 1 || last != seen || seen != each*3 {
				t.Errorf("the log goes from %d to %d, %d were seen: %v", first, last, seen, err)
			}
		})
	}
}

// numberUntil gives events their places as long as it is wanted.
func numberUntil(t *testing.T, s *store.Store, done <-chan struct{}) {
	t.Helper()
	for {
		select {
		case <-done:
			return
		default:
		}
		if _, err := s.Sequence(t.Context()); err != nil && !errors.Is(err, models.ErrUnavailable) {
			t.Error(err)
			return
		}
	}
}
