// Package storetest opens stores for tests, and tests, as a suite over both
// databases, what every store must do.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"parley/models/store"
	"parley/models/testservice"
)

// The databases that a store runs on.
const (
	SQLite   = "sqlite"
	Postgres = "postgres"
)

// Each runs a test on both databases, with an empty, migrated store of its own.
func Each(t *testing.T, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	for _, database := range []string{SQLite, Postgres} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			test(t, Open(t, database))
		})
	}
}

// Open gives an empty, migrated store, which is closed when the test ends.
func Open(t testing.TB, database string) *store.Store {
	t.Helper()
	return OpenWith(t, database, store.Options{})
}

// OpenWith is Open with options, whose URL is filled in.
func OpenWith(t testing.TB, database string, o store.Options) *store.Store {
	t.Helper()
	o.URL = URL(t, database)
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatalf("storetest: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("storetest: close: %v", err)
		}
	})
	return s
}

// URL is the address of an empty, migrated database, for a test that opens it itself,
// perhaps several times over.
func URL(t testing.TB, database string) string {
	t.Helper()
	if database == Postgres {
		return testservice.Template(t, "store", migrate)
	}
	blank, err := blankFile(t.Context())
	if err != nil {
		t.Fatalf("storetest: %v", err)
	}
	path := filepath.Join(t.TempDir(), "chat.db")
	if err := os.WriteFile(path, blank, 0o600); err != nil {
		t.Fatalf("storetest: %v", err)
	}
	return "sqlite://" + path
}

func migrate(ctx context.Context, url string) error {
	s, err := store.Open(ctx, store.Options{URL: url})
	if err != nil {
		return err
	}
	return errors.Join(s.Migrate(ctx), s.Close())
}

// blank is a migrated SQLite file, made once: copying it is quicker than migrating.
var blank struct {
	once sync.Once
	file []byte
	err  error
}

func blankFile(ctx context.Context) ([]byte, error) {
	blank.once.Do(func() { blank.file, blank.err = makeBlank(ctx) })
	return blank.file, blank.err
}

func makeBlank(ctx context.Context) (file []byte, err error) {
	folder, err := os.MkdirTemp("", "parley-storetest-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	path := filepath.Join(folder, "blank.db")
	if err := migrate(ctx, "sqlite://"+path); err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	return os.ReadFile(path)
}

// must ends the test on an error.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("unexpected error: %v", err)
	}
}
