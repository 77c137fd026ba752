package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"parley/models/access"
	"parley/models/store"
)

// How long a start waits for a database that does not answer yet, as when all parts
// of a system come up together.
const (
	databasePatience = 30 * time.Second
	databaseRetry    = 500 * time.Millisecond
)

// database is what a command needs that looks after accounts, beside a running server
// or without one.
type database struct {
	settings settings
	store    *store.Store
	access   *access.Service
}

// withDatabase opens the database, brings its tables up to date, and closes it again.
func withDatabase(ctx context.Context, cfg Config, con console, do func(*database) error) error {
	s, err := cfg.settings()
	if err != nil {
		return err
	}
	secret, err := findSecret(s)
	if err != nil {
		return err
	}
	opened, err := openStore(ctx, s, store.Options{Logger: con.logger(s)})
	if err != nil {
		return err
	}
	a, err := access.New(access.Options{Store: opened, Secret: secret})
	if err == nil {
		err = opened.Migrate(ctx)
	}
	if err == nil {
		err = do(&database{settings: s, store: opened, access: a})
	}
	return errors.Join(err, opened.Close())
}

// withStore opens the database as it is.
func withStore(ctx context.Context, cfg Config, do func(*store.Store) error) error {
	s, err := cfg.settings()
	if err != nil {
		return err
	}
	opened, err := openStore(ctx, s, store.Options{})
	if err != nil {
		return err
	}
	return errors.Join(do(opened), opened.Close())
}

// openStore opens the database that the settings name; SQLite's folder is made.
func openStore(ctx context.Context, s settings, o store.Options) (*store.Store, error) {
	if path, ok := strings.CutPrefix(s.database, "sqlite://"); ok {
		path, _, _ = strings.Cut(path, "?")
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, fmt.Errorf("make the folder of the database: %w", err)
		}
	}
	o.URL = s.database
	return store.Open(ctx, o)
}

// awaitDatabase waits for a database that is still coming up.
func awaitDatabase(ctx context.Context, s *store.Store, log *slog.Logger) error {
	ctx, cancel := context.WithTimeout(ctx, databasePatience)
	defer cancel()
	tick := time.NewTicker(databaseRetry)
	defer tick.Stop()
	for said := false; ; said = true {
		err := s.Ping(ctx)
		if err == nil {
			return nil
		}
		if !said {
			log.WarnContext(ctx, "waiting for the database", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("the database does not answer (is DATABASE_URL right, and does it run?): %w", err)
		}
	}
}
