package store_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
	"parley/models/store/storetest"
)

// tally is an Observer that counts.
type tally struct{ statements, failures, batches atomic.Int64 }

func (c *tally) Statement(outcome store.Outcome, _ time.Duration) {
	c.statements.Add(1)
	if outcome != store.OutcomeOK {
		c.failures.Add(1)
	}
}

func (c *tally) Batch(int) { c.batches.Add(1) }

// during counts the statements of fn.
func (c *tally) during(fn func()) int64 {
	before := c.statements.Load()
	fn()
	return c.statements.Load() - before
}

func TestAPageTakesTheSameStatementsHoweverManyRowsItHas(t *testing.T) {
	t.Parallel()
	for _, database := range []string{storetest.SQLite, storetest.Postgres} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			count := &tally{}
			s := storetest.OpenWith(t, database, store.Options{Observer: count})
			company := storetest.NewCompany(t, s)
			talk := company.NewTalk(t)
			write(t, s, company, talk, 1)
			few := pages(t, s, company, talk, count)
			for range 20 {
				company.NewTalk(t)
			}
			write(t, s, company, talk, 20)
			many := pages(t, s, company, talk, count)
			for name, n := range few {
				if n == 0 || many[name] != n {
					t.Errorf("%s took %d statements for a row and %d for many", name, n, many[name])
				}
			}
			if count.failures.Load() != 0 || count.batches.Load() == 0 {
				t.Errorf("%d failures and %d batches were counted", count.failures.Load(), count.batches.Load())
			}
		})
	}
}

// write posts n answers with a file each, and puts them into the log.
func write(t *testing.T, s *store.Store, company storetest.Company, talk storetest.Talk, n int) {
	t.Helper()
	if _, err := s.Post(t.Context(), talk.Visitor, talk.Says("hello")); err != nil {
		t.Fatal(err)
	}
	for range n {
		e := talk.Answers(company.Owner, "hello")
		e.Files = []models.Attachment{{StorageKey: fmt.Sprint(models.NewUID()), Filename: "a.png", ContentType: "image/png"}}
		if _, err := s.Post(t.Context(), company.Owner, e); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Sequence(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// pages reads a page of everything and counts the statements of each.
func pages(t *testing.T, s *store.Store, company storetest.Company, talk storetest.Talk, count *tally) map[string]int64 {
	t.Helper()
	page := models.Page{Limit: 100}
	taken := map[string]int64{}
	for name, read := range map[string]func() error{
		"conversations": func() error {
			_, err := s.Conversations(t.Context(), company.Owner, chat.ConversationQuery{Page: page})
			return err
		},
		"inbox": func() error {
			_, err := s.Inbox(t.Context(), company.Owner, chat.InboxQuery{Limit: 100})
			return err
		},
		"messages": func() error {
			_, err := s.Messages(t.Context(), company.Owner, chat.MessageQuery{Conversation: talk.Conversation.UID, Page: page})
			return err
		},
		"transcript": func() error {
			_, err := s.Transcript(t.Context(), talk.Visitor, chat.TranscriptQuery{ConversationID: talk.Conversation.ID})
			return err
		},
		"events": func() error {
			_, err := s.EventsAfter(t.Context(), company.Owner, 0, 100)
			return err
		},
		"contacts": func() error {
			_, err := s.Contacts(t.Context(), company.Owner, chat.ContactQuery{Page: page})
			return err
		},
	} {
		taken[name] = count.during(func() {
			if err := read(); err != nil {
				t.Error(err)
			}
		})
	}
	return taken
}
