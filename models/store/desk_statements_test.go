package store_test

import (
	"context"
	"fmt"
	"testing"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
	"parley/models/store/storetest"
)

func TestTheDeskTakesTheSameStatementsHoweverMuchThereIs(t *testing.T) {
	t.Parallel()
	for _, database := range []string{storetest.SQLite, storetest.Postgres} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			count := &tally{}
			s := storetest.OpenWith(t, database, store.Options{Observer: count})
			company := storetest.NewCompany(t, s)
			few := deskCalls(t, s, company, count, 1)
			many := deskCalls(t, s, company, count, 30)
			for name, n := range few {
				if n == 0 || many[name] != n {
					t.Errorf("%s took %d statements for little and %d for much", name, n, many[name])
				}
			}
		})
	}
}

// deskCalls fills a contact and the desk, and counts what each call takes.
func deskCalls(t *testing.T, s *store.Store, company storetest.Company, count *tally, rows int) map[string]int64 {
	t.Helper()
	talk := company.NewTalk(t)
	who, ref := company.Owner, chat.ContactRef{UID: &talk.Contact.UID}
	storetest.Do(t, s, func(ctx context.Context, tx chat.Tx) error { return fill(ctx, tx, who, talk, rows) })
	page := models.Page{Limit: 100}
	taken := map[string]int64{}
	note := func(name string, fn func() error) {
		taken[name] = count.during(func() {
			if err := fn(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	note("a dossier", func() error { _, err := s.Dossier(t.Context(), who, ref); return err })
	note("canned replies", func() error { _, err := s.CannedReplies(t.Context(), who, "reply", page); return err })
	note("labels", func() error { _, err := s.Labels(t.Context(), who, page); return err })
	note("contacts", func() error { _, err := s.Contacts(t.Context(), who, chat.ContactQuery{Page: page}); return err })
	note("an erasure", func() error {
		return s.InTx(t.Context(), func(ctx context.Context, tx chat.Tx) error {
			_, err := tx.EraseContact(ctx, who, talk.Contact.ID)
			return err
		})
	})
	return taken
}

// fill gives a contact messages in several conversations, and the desk replies and
// labels.
func fill(ctx context.Context, tx chat.Tx, who models.Principal, talk storetest.Talk, rows int) error {
	for i := range rows {
		c := models.Conversation{ContactID: talk.Contact.ID, Channel: models.ChannelAPI}
		if err := tx.CreateConversation(ctx, who, &c); err != nil {
			return err
		}
		k := talk
		k.Conversation = c
		if _, err := tx.Post(ctx, who, k.Says(fmt.Sprint("message ", i))); err != nil {
			return err
		}
		name := fmt.Sprint("reply ", rows, "-", i)
		reply := models.CannedReply{UID: models.NewUID(), Shortcut: name, Content: "x"}
		if err := tx.CreateCannedReply(ctx, who, &reply); err != nil {
			return err
		}
		if err := tx.ChangeLabels(ctx, who, c.ID, chat.LabelChange{Add: []string{name}}); err != nil {
			return err
		}
	}
	return nil
}
