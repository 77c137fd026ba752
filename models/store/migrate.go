package store

import (
	"context"
	"fmt"
	"time"

	"github.com/pressly/goose/v3"
)

// Migration is one step of the schema.
type Migration struct {
	Version int64
	Name    string
	// AppliedAt is zero while it is pending.
	AppliedAt time.Time
}

// migrateTries is more than there will be steps: each failure means that another
// program has made one.
const migrateTries = 50

// Migrate brings the schema up to date. Any number of nodes may do it at once.
func (s *Store) Migrate(ctx context.Context) error {
	p, err := s.provider()
	if err != nil {
		return err
	}
	for range migrateTries {
		// SQLite has no lock that spans the steps. Of programs that migrate at once, one
		// fails on what another has just done, and finds less to do when it looks again.
		if _, err = p.Up(ctx); err == nil || !s.serial() {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("migrate: %w", translate(err))
	}
	return nil
}

// MigrationStatus lists the steps in their order.
func (s *Store) MigrationStatus(ctx context.Context) ([]Migration, error) {
	p, err := s.provider()
	if err != nil {
		return nil, err
	}
	status, err := p.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("migration status: %w", translate(err))
	}
	steps := make([]Migration, len(status))
	for i, m := range status {
		steps[i] = Migration{Version: m.Source.Version, Name: m.Source.Path, AppliedAt: m.AppliedAt}
	}
	return steps, nil
}

func (s *Store) provider() (*goose.Provider, error) {
	db, files, dialect, options, err := s.engine.schema()
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	p, err := goose.NewProvider(dialect, db, files, append(options, goose.WithDisableGlobalRegistry(true))...)
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	return p, nil
}
