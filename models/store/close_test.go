package store_test

import (
	"testing"

	"go.uber.org/goleak"

	"parley/models/store"
	"parley/models/store/storetest"
	"parley/models/testservice"
)

// blankPostgres is a database without a schema.
func blankPostgres(t *testing.T) string {
	t.Helper()
	return testservice.Postgres(t)
}

//nolint:paralleltest // goroutines of tests beside it would be found
func TestAClosedStoreLeavesNoGoroutine(t *testing.T) {
	for _, database := range []string{storetest.SQLite, storetest.Postgres} {
		url := storetest.URL(t, database)
		before := goleak.IgnoreCurrent()
		s, err := store.Open(t.Context(), store.Options{URL: url})
		if err != nil {
			t.Fatal(err)
		}
		company := storetest.NewCompany(t, s)
		talk := company.NewTalk(t)
		for range 3 {
			if _, err := s.Post(t.Context(), talk.Visitor, talk.Says("hello")); err != nil {
				t.Error(err)
			}
		}
		if _, err := s.Sequence(t.Context()); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := goleak.Find(before); err != nil {
			t.Errorf("%s: %v", database, err)
		}
	}
}
