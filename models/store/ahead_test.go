package store_test

import (
	"context"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
	"parley/models/store/storetest"
)

// indexed is an account with one message that the packs know.
func indexed(t *testing.T, s *store.Store) storetest.Company {
	t.Helper()
	c := storetest.NewCompany(t, s)
	talk := c.NewTalk(t)
	if _, err := s.Post(t.Context(), talk.Visitor, talk.Says("Where is my order?")); err != nil {
		t.Fatal(err)
	}
	for {
		done, err := s.Index(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if done == 0 {
			return c
		}
	}
}

// awaitShelved waits until the texts of an account are in memory.
func awaitShelved(t *testing.T, s *store.Store, account int64) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); s.Shelved(account, models.SearchMessage) == 0; {
		if time.Now().After(deadline) {
			t.Fatal("the texts were not read ahead")
		}
		<-time.After(5 * time.Millisecond)
	}
}

func look(t *testing.T, s *store.Store, who models.Principal) {
	t.Helper()
	if _, err := s.Conversations(t.Context(), who, chat.ConversationQuery{Page: models.Page{Limit: 10}}); err != nil {
		t.Fatal(err)
	}
}

func TestTheTextsOfAnAccountAreReadWhenSomebodyLooksAtItsConversations(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c, other := indexed(t, s), indexed(t, s)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.RunReadingAhead(ctx) }()
		look(t, s, c.Owner)
		awaitShelved(t, s, c.Rows.Live.ID)
		if n := s.Shelved(other.Rows.Live.ID, models.SearchMessage); n != 0 {
			t.Errorf("%d packs of an account that nobody looked at were read", n)
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		look(t, s, c.Owner)
		if n := s.Wanted(); n != 0 {
			t.Errorf("%d accounts wait to be read a second time", n)
		}
	})
}

func TestAnAccountThatCouldNotBeReadAheadIsAskedForAgain(t *testing.T) {
	t.Parallel()
	s := openMigrated(t, store.Options{URL: storetest.URL(t, storetest.SQLite)})
	c := indexed(t, s)
	look(t, s, c.Owner)
	if n := s.Wanted(); n != 1 {
		t.Fatalf("%d accounts wait, want 1", n)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.RunReadingAhead(ctx) }()
	for deadline := time.Now().Add(20 * time.Second); s.Met(c.Rows.Live.ID); {
		if time.Now().After(deadline) {
			t.Fatal("the account is not asked for again")
		}
		<-time.After(5 * time.Millisecond)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestMoreAccountsThanMayWaitArePassedOverAndComeLater(t *testing.T) {
	t.Parallel()
	s := openMigrated(t, store.Options{URL: storetest.URL(t, storetest.SQLite)})
	const many = 70 // 64 may wait
	companies := make([]storetest.Company, many)
	for i := range companies {
		companies[i] = storetest.NewCompany(t, s)
		look(t, s, companies[i].Owner)
	}
	if n := s.Wanted(); n != 64 {
		t.Errorf("%d accounts wait, want 64", n)
	}
	if s.Met(companies[many-1].Rows.Live.ID) {
		t.Error("one that was passed over is not asked for again")
	}
}

// finds is how many conversations a search of the owner's comes upon.
func finds(t *testing.T, s *store.Store, who models.Principal, text string) int64 {
	t.Helper()
	list, err := s.Conversations(t.Context(), who, chat.ConversationQuery{Search: text, Page: models.Page{Limit: 10}})
	if err != nil {
		t.Fatal(err)
	}
	return list.Total
}

func TestWhatWasReadAheadHidesNothingThatHappensLater(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := indexed(t, s)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.RunReadingAhead(ctx) }()
		defer func() {
			stop()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}()
		look(t, s, c.Owner)
		awaitShelved(t, s, c.Rows.Live.ID)
		if n := finds(t, s, c.Owner, "where is my"); n != 1 {
			t.Errorf("what was read ahead is found %d times, want 1", n)
		}
		later := c.NewTalk(t)
		if _, err := s.Post(t.Context(), later.Visitor, later.Says("A parcel for Zanzibar")); err != nil {
			t.Fatal(err)
		}
		for step, index := range []func() error{func() error { return nil }, func() error { _, err := s.Index(t.Context()); return err }} {
			if err := index(); err != nil {
				t.Fatal(err)
			}
			if n := finds(t, s, c.Owner, "zanzibar"); n != 1 {
				t.Errorf("step %d: what came later is found %d times, want 1", step, n)
			}
			if n := finds(t, s, c.Sandbox, "zanzibar"); n != 0 {
				t.Errorf("step %d: the sandbox finds it %d times", step, n)
			}
		}
	})
}
